import { CfnElement } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';
import { checkConfiguration } from '../../../lib/core/config/load.ts';
import { RotationFunction } from '../../../lib/infra/rotation-function.ts';
import { RotationStack } from '../../../lib/infra/rotation-stack.ts';
import { LEDGER_TABLE } from '../../../lib/sandbox/dynamodb.ts';
import { COMMAND_FUNCTION } from '../../../lib/sandbox/function-host.ts';
import { HOME, secretArn } from '../../support/calls/place.ts';
import type { RecordedDeployment } from '../../support/calls/recordings.ts';
import { newApp } from '../example.ts';
import { attachedPolicies, policiesOfRole } from './attached-policies.ts';
import { Kinds } from './kinds.ts';
import type { Surroundings } from './needs.ts';
import type { Statement } from './policy.ts';
import { DeployedTemplate, type Resource } from './template.ts';

/** One of the service's functions, as it is deployed. */
export interface DeployedFunction {
  /** As its folder in `lambdas`. */
  readonly name: string;
  readonly role: string;
  /** Everything in the role's policies. */
  readonly statements: readonly Statement[];
}

/** What the sandbox calls the resources of which the functions are told by these variables. */
const SANDBOX_NAMES: Readonly<Record<string, string>> = {
  LEDGER_TABLE,
  MAIL_BUCKET: 'mails-with-tokens',
  QUEUE_URL: 'advance',
  TOPIC_ARN: 'rotation',
};

/** A function, by the logical ids of itself and its role. */
interface FunctionIds {
  readonly name: string;
  readonly functionId: string;
  readonly roleId: string;
}

/** What a test deploys, as it would be where the sandbox is. */
export class Deployment implements Surroundings {
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  readonly kinds: Kinds;
  readonly #policies: ReadonlyMap<string, readonly Statement[]>;
  readonly #keys: ReadonlyMap<string, string>;
  readonly #rotationFunctions: ReadonlyMap<string, string>;

  constructor({ configuration, mailDelivery: delivery }: RecordedDeployment) {
    const stack = new RotationStack(newApp(), 'Rotation', {
      configuration,
      rotation: delivery === 'imap' ? {} : { mail: { recipients: ['acme.example'], delivery } },
      env: { account: HOME.accountId, region: HOME.region },
    });
    const ids = functionsOf(stack);
    const synthesized = Template.fromStack(stack).toJSON() as { Resources: Record<string, Resource> };
    const Resources = withCommandFunction(synthesized.Resources);
    const template = new DeployedTemplate(Resources, namesIn(Resources, ids));
    refuseOtherFunctions(template, ids);
    this.functions = new Map(ids.map((each) => [each.name, deployed(template, each)]));
    this.kinds = new Kinds(checkConfiguration(configuration), template);
    this.#policies = attachedPolicies(template);
    this.#keys = keysOf(template);
    this.#rotationFunctions = rotationFunctionsOf(template);
  }

  /** The statements in the policies that a resource itself has; an object has those of its bucket. */
  policiesOf(arn: string): readonly Statement[] {
    return this.#policies.get(arn) ?? this.#policies.get(arn.replace(/\/.*$/, '')) ?? [];
  }

  /** An object has the key of its bucket. */
  keyOf(arn: string): string | undefined {
    return this.#keys.get(arn) ?? this.#keys.get(arn.replace(/\/.*$/, ''));
  }

  rotationFunctionOf(secret: string): string | undefined {
    return this.#rotationFunctions.get(secret);
  }
}

function functionsOf(stack: RotationStack): readonly FunctionIds[] {
  const idOf = ({ node }: IConstruct) => {
    if (!CfnElement.isCfnElement(node.defaultChild)) throw new Error(`${node.path} is no resource`);
    return String(stack.resolve(node.defaultChild.logicalId));
  };
  return stack.node
    .findAll()
    .filter((construct) => construct instanceof RotationFunction)
    .map(({ node, function: created, role }) => ({
      name: node.id.charAt(0).toLowerCase() + node.id.slice(1),
      functionId: idOf(created),
      roleId: idOf(role),
    }));
}

/** A function whose role nobody looks at could do anything. */
function refuseOtherFunctions(template: DeployedTemplate, ids: readonly FunctionIds[]): void {
  const known = new Set(ids.map(({ functionId }) => functionId));
  const others = template.ofType('AWS::Lambda::Function').filter(([id]) => !known.has(id));
  if (others.length > 0)
    throw new Error(`${others.map(([id]) => id).join(', ')}: not made by ${RotationFunction.name}`);
}

/** A function that is told another by its name, instead of by a reference, means the one that the sandbox means. */
function withCommandFunction(
  resources: Readonly<Record<string, Resource>>,
): Readonly<Record<string, Resource>> {
  const text = JSON.stringify(resources);
  const told = /"COMMAND_FUNCTION":"([\w-]+)"/.exec(text)?.[1];
  if (told === undefined) return resources;
  return JSON.parse(text.replaceAll(told, COMMAND_FUNCTION)) as Record<string, Resource>;
}

/** The resources of which a function is told are those of which the sandbox tells it. */
function namesIn(
  resources: Readonly<Record<string, Resource>>,
  functions: readonly FunctionIds[],
): ReadonlyMap<string, string> {
  const named = functions.flatMap(({ functionId }) => {
    const { Variables = {} } = (resources[functionId]?.Properties?.['Environment'] ?? {}) as {
      readonly Variables?: Readonly<Record<string, { readonly Ref?: string }>>;
    };
    return Object.entries(Variables).flatMap(([variable, { Ref: id }]) => {
      const name = SANDBOX_NAMES[variable];
      return id === undefined || name === undefined ? [] : [[id, name] as const];
    });
  });
  return new Map(named);
}

function deployed(template: DeployedTemplate, { name, roleId }: FunctionIds): DeployedFunction {
  const role = template.arnOf(roleId);
  if (role === undefined) throw new Error(`the template has no role ${roleId}`);
  return { name, role, statements: policiesOfRole(template, roleId) };
}

/** The customer-managed key of each resource that has one. */
function keysOf(template: DeployedTemplate): ReadonlyMap<string, string> {
  const keys = [...template.resources].flatMap(([id, { Properties: properties = {} }]) => {
    const key = keyIn(properties);
    const arn = template.arnOf(id);
    return arn === undefined || key === undefined ? [] : [[arn, String(template.value(key))] as const];
  });
  return new Map(keys);
}

/** Secrets, queues, topics, tables and buckets say it in different places. */
function keyIn({ KmsKeyId, KmsMasterKeyId, SSESpecification, BucketEncryption }: Encrypted): unknown {
  const [ofBucket] = BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
  return (
    KmsKeyId ??
    KmsMasterKeyId ??
    SSESpecification?.KMSMasterKeyId ??
    ofBucket?.ServerSideEncryptionByDefault?.KMSMasterKeyID
  );
}

interface Encrypted {
  readonly KmsKeyId?: unknown;
  readonly KmsMasterKeyId?: unknown;
  readonly SSESpecification?: { readonly KMSMasterKeyId?: unknown };
  readonly BucketEncryption?: {
    readonly ServerSideEncryptionConfiguration?: readonly {
      readonly ServerSideEncryptionByDefault?: { readonly KMSMasterKeyID?: unknown };
    }[];
  };
}

function rotationFunctionsOf(template: DeployedTemplate): ReadonlyMap<string, string> {
  const schedules = template.ofType('AWS::SecretsManager::RotationSchedule');
  return new Map(
    schedules.map(([, { Properties: properties = {} }]) => {
      const secret = String(template.value(properties['SecretId']));
      const arn = secret.startsWith('arn:') ? secret : secretArn(secret);
      return [arn, String(template.value(properties['RotationLambdaARN']))] as const;
    }),
  );
}
