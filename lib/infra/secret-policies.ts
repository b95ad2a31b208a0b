import { ManagedPolicy, Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct, IDependable } from 'constructs';
import { ConfigurationError } from '../core/config/load.ts';
import { acknowledgePolicy } from './acknowledged.ts';

/** What may be done with each of some resources. */
export interface Grant {
  readonly actions: readonly string[];
  /** ARNs; each may be a token. */
  readonly resources: readonly string[];
}

/**
 * Characters of a role's inline policies that are left for secrets: of 10,240,
 * what else a function may do takes about 2,000, and more with keys of secrets.
 */
const INLINE_ROOM = 7_400;
/** Of a managed policy's 6,144, with something left for what is known at deployment only. */
const MANAGED_ROOM = 6_000;
const DOCUMENT_FRAME = 50;
/** `{"Action":[],"Effect":"Allow","Resource":[]},` */
const STATEMENT_FRAME = 50;
/** Quotation marks and a comma. */
const AROUND_A_TEXT = 3;

export interface SecretPoliciesProps {
  /** Each gets the same. */
  readonly roles: readonly Role[];
  readonly grants: readonly Grant[];
  /** Whose functions these are, in words. */
  readonly description: string;
  /** Where the configuration has a resource; for the refusal. */
  readonly pathOf: (resource: string) => string;
  /** How many characters a resource will have. */
  readonly lengthOf: (resource: string) => number;
  /** How many managed policies a role can have. */
  readonly managedPolicyQuota: number;
}

/**
 * Grants as much as fits in an inline policy of each role, and the rest in managed
 * policies that the roles share. Lists of resources are divided: a
 * deployment with a hundred credentials has more of them than one policy holds.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 * @returns the policies.
 * @throws ConfigurationError when the roles cannot hold them all.
 */
export function grantSecrets(
  scope: Construct,
  id: string,
  props: SecretPoliciesProps,
): readonly IDependable[] {
  const { description, pathOf, managedPolicyQuota } = props;
  const roles = [...props.roles];
  const [inline = [], ...managed] = divide(props);
  const tooMuch = managed[managedPolicyQuota]?.[0]?.resources[0];
  if (tooMuch !== undefined) throw tooManySecrets(pathOf(tooMuch), managedPolicyQuota);
  // Without credentials there is nothing to grant, and an empty policy is none.
  if (inline.length === 0) return [];
  const policy = new Policy(scope, id, { roles, statements: inline.map(statementOf) });
  acknowledgePolicy(policy);
  return [
    policy,
    ...managed.map(
      (grants, index) =>
        new ManagedPolicy(scope, `${id}${index + 1}`, {
          description: `${description}, part ${index + 2}.`,
          roles,
          statements: grants.map(statementOf),
        }),
    ),
  ];
}

/** One list of grants per policy; the first is the inline one. */
function divide({ grants, lengthOf }: SecretPoliciesProps): readonly (readonly Grant[])[] {
  const policies: Grant[][] = [[]];
  let room = INLINE_ROOM;
  for (const { actions, resources } of grants) {
    let open: string[] | undefined;
    for (const resource of resources) {
      const length = lengthOf(resource) + AROUND_A_TEXT;
      const frame = frameOf(actions);
      if (room < length + (open === undefined ? frame : 0)) {
        policies.push([]);
        room = MANAGED_ROOM - DOCUMENT_FRAME;
        open = undefined;
      }
      if (open === undefined) {
        open = [];
        policies.at(-1)?.push({ actions, resources: open });
        room -= frame;
      }
      open.push(resource);
      room -= length;
    }
  }
  return policies;
}

function frameOf(actions: readonly string[]): number {
  return actions.reduce((sum, action) => sum + action.length + AROUND_A_TEXT, STATEMENT_FRAME);
}

function statementOf({ actions, resources }: Grant): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources: [...resources] });
}

function tooManySecrets(path: string, quota: number): ConfigurationError {
  return new ConfigurationError([
    {
      path,
      message:
        `from here on there are more secrets than the policies of a role can hold (one of its own and ${quota} managed ones). ` +
        'Use "delivery": "envelope", which needs one secret for all integrations of a credential; have AWS raise the quota of managed policies per role, and say so by `managedPolicyQuota`; or deploy some of the credentials in a stack of their own.',
    },
  ]);
}
