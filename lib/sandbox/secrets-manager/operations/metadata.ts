import type {
  DeleteResourcePolicyRequest,
  DeleteResourcePolicyResponse,
  GetResourcePolicyRequest,
  GetResourcePolicyResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-secrets-manager';
import { invalidParameter } from '../exceptions.ts';
import { checkPolicy } from '../policies.ts';
import { checkRequest } from '../requests.ts';
import { type Context, identityOf } from './context.ts';

const MAX_TAGS = 50;

export function tagResource(context: Context, input: TagResourceRequest): Record<string, never> {
  checkRequest('TagResource', input);
  const secret = context.store.writable(input.SecretId ?? '');
  context.store.commit({ ...secret, tags: withTags(secret.tags, input.Tags ?? []) });
  return {};
}

export function untagResource(context: Context, input: UntagResourceRequest): Record<string, never> {
  checkRequest('UntagResource', input);
  const secret = context.store.writable(input.SecretId ?? '');
  const removed = new Set(input.TagKeys ?? []);
  const kept = Object.entries(secret.tags).filter(([key]) => !removed.has(key));
  context.store.commit({ ...secret, tags: Object.fromEntries(kept) });
  return {};
}

export function getResourcePolicy(
  context: Context,
  input: GetResourcePolicyRequest,
): GetResourcePolicyResponse {
  checkRequest('GetResourcePolicy', input);
  const secret = context.store.active(input.SecretId ?? '');
  return { ...identityOf(secret), ResourcePolicy: secret.resourcePolicy };
}

export function putResourcePolicy(
  context: Context,
  input: PutResourcePolicyRequest,
): PutResourcePolicyResponse {
  checkRequest('PutResourcePolicy', input);
  const secret = context.store.writable(input.SecretId ?? '');
  const resourcePolicy = input.ResourcePolicy ?? '';
  checkPolicy(resourcePolicy, input.BlockPublicPolicy ?? false);
  return identityOf(context.store.commit({ ...secret, resourcePolicy }));
}

export function deleteResourcePolicy(
  context: Context,
  input: DeleteResourcePolicyRequest,
): DeleteResourcePolicyResponse {
  checkRequest('DeleteResourcePolicy', input);
  const secret = context.store.writable(input.SecretId ?? '');
  return identityOf(context.store.commit({ ...secret, resourcePolicy: undefined }));
}

/** @throws InvalidParameterException when there would be more than 50 tags. */
export function withTags(
  tags: Readonly<Record<string, string>>,
  added: readonly Tag[],
): Readonly<Record<string, string>> {
  const merged = { ...tags, ...Object.fromEntries(added.map((tag) => [tag.Key ?? '', tag.Value ?? ''])) };
  if (Object.keys(merged).length > MAX_TAGS) {
    throw invalidParameter(`A secret can have at most ${MAX_TAGS} tags.`);
  }
  return merged;
}
