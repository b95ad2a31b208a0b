import type { Template } from 'aws-cdk-lib/assertions';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** Everything that one function's role may do: resources by action, sorted. */
export type Grants = Readonly<Record<string, readonly string[]>>;

/**
 * Reads the policies of the function's role. A resource is written as text:
 * `${LogicalId}` or `${LogicalId.Arn}` where it belongs to the stack, an ARN with
 * `REGION` and `ACCOUNT` where it does not.
 */
export function grantsOf(template: Template, functionId: string): Grants {
  const role = logicalId(template, 'AWS::IAM::Role', `${functionId}Role`);
  const grants: Record<string, string[]> = {};
  for (const policy of [
    ...Object.values(template.findResources('AWS::IAM::Policy')),
    ...Object.values(template.findResources('AWS::IAM::ManagedPolicy')),
  ]) {
    const roles = policy['Properties'].Roles as unknown[];
    if (!roles.map(text).includes(`\${${role}}`)) continue;
    for (const statement of policy['Properties'].PolicyDocument.Statement as Statement[]) {
      if (statement.Effect !== 'Allow') throw new Error('only grants are expected here');
      for (const action of [statement.Action].flat() as string[]) {
        grants[action] = [...(grants[action] ?? []), ...list(statement.Resource).map(text)].sort();
      }
    }
  }
  return grants;
}

/** The logical id of the only resource of a type whose id begins so. */
export function logicalId(template: Template, type: string, prefix: string): string {
  const found = Object.keys(template.findResources(type)).filter((id) => id.startsWith(prefix));
  const [id, ...others] = found;
  if (id === undefined || others.length > 0)
    throw new Error(`${found.length} resources begin with ${prefix}`);
  return id;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'REGION',
  'AWS::AccountId': 'ACCOUNT',
};

export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const intrinsic = value as {
    readonly Ref?: string;
    readonly 'Fn::GetAtt'?: readonly [string, string];
    readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
  };
  if (intrinsic.Ref !== undefined) return PSEUDO_PARAMETERS[intrinsic.Ref] ?? `\${${intrinsic.Ref}}`;
  const attribute = intrinsic['Fn::GetAtt'];
  if (attribute !== undefined) return `\${${attribute.join('.')}}`;
  const joined = intrinsic['Fn::Join'];
  if (joined !== undefined) return joined[1].map(text).join(joined[0]);
  throw new Error(`no text for ${JSON.stringify(value)}`);
}
