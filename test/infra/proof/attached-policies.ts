import { listOf, type Statement } from './policy.ts';
import type { DeployedTemplate } from './template.ts';

/** Where the template has the policies of resources, by the type that carries them. */
const ATTACHMENTS: Readonly<Record<string, { readonly to: string; readonly policy: string }>> = {
  'AWS::S3::BucketPolicy': { to: 'Bucket', policy: 'PolicyDocument' },
  'AWS::SNS::TopicPolicy': { to: 'Topics', policy: 'PolicyDocument' },
  'AWS::SQS::QueuePolicy': { to: 'Queues', policy: 'PolicyDocument' },
  'AWS::SecretsManager::ResourcePolicy': { to: 'SecretId', policy: 'ResourcePolicy' },
};

/** The statements in the policies that resources themselves have, by the ARN of the resource. */
export function attachedPolicies(template: DeployedTemplate): ReadonlyMap<string, readonly Statement[]> {
  const found = new Map<string, readonly Statement[]>();
  const add = (arn: string | undefined, document: unknown) => {
    if (arn !== undefined) found.set(arn, [...(found.get(arn) ?? []), ...template.statements(document)]);
  };
  for (const [, { Type, Properties: properties = {} }] of template.resources) {
    const attachment = ATTACHMENTS[Type];
    if (attachment === undefined) continue;
    for (const target of listOf(properties[attachment.to]))
      add(template.arnOf(logicalIdIn(target)), properties[attachment.policy]);
  }
  for (const [id, { Properties: properties = {} }] of template.ofType('AWS::KMS::Key'))
    add(template.arnOf(id), properties['KeyPolicy']);
  return found;
}

/** The statements in all policies of a role. */
export function policiesOfRole(template: DeployedTemplate, roleId: string): readonly Statement[] {
  const { ManagedPolicyArns, Policies } = template.resources.get(roleId)?.Properties ?? {};
  if (ManagedPolicyArns !== undefined || Policies !== undefined)
    throw new Error(`${roleId} has policies inside itself, which are not read here`);
  const policies = template.ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy');
  return policies.flatMap(([, { Properties: properties = {} }]) => {
    const roles = listOf(properties['Roles']).map(logicalIdIn);
    return roles.includes(roleId) ? template.statements(properties['PolicyDocument']) : [];
  });
}

/** A policy is attached to what belongs to the same stack. */
function logicalIdIn(reference: unknown): string {
  const { Ref: id } = reference as { readonly Ref?: string };
  if (id === undefined) throw new Error(`a policy is attached to ${JSON.stringify(reference)}`);
  return id;
}
