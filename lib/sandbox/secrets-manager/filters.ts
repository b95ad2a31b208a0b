import type { Filter } from '@aws-sdk/client-secrets-manager';
import { placeOf } from './place.ts';
import type { Secret } from './secret.ts';

/**
 * Whether a secret passes every filter; a filter passes when one of its values
 * matches. A value that begins with `!` matches what the rest of it doesn't.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
 */
export function matchesFilters(secret: Secret, filters: readonly Filter[]): boolean {
  const region = secret.primaryRegion ?? placeOf(secret.arn).region;
  return filters.every((filter) =>
    (filter.Values ?? []).some((value) =>
      value.startsWith('!')
        ? !matches(secret, filter.Key ?? 'all', value.slice(1), region)
        : matches(secret, filter.Key ?? 'all', value, region),
    ),
  );
}

function matches(secret: Secret, key: string, value: string, region: string): boolean {
  switch (key) {
    case 'name':
      return secret.name.startsWith(value);
    case 'description':
      return (secret.description ?? '').toLowerCase().startsWith(value.toLowerCase());
    case 'tag-key':
      return Object.keys(secret.tags).some((tag) => tag.startsWith(value));
    case 'tag-value':
      return Object.values(secret.tags).some((tag) => tag.startsWith(value));
    case 'primary-region':
      return region.startsWith(value);
    case 'all':
      return matchesAnywhere(secret, value, region);
    default:
      // No secret of the sandbox is owned by another service.
      return false;
  }
}

function matchesAnywhere(secret: Secret, value: string, region: string): boolean {
  const attributes = [
    secret.name,
    secret.description ?? '',
    region,
    ...Object.keys(secret.tags),
    ...Object.values(secret.tags),
  ].map((attribute) => attribute.toLowerCase());
  const words = value.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words.every((word) => attributes.some((attribute) => attribute.includes(word)));
}
