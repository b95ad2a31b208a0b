import { openJson } from './json-text.ts';
import { keyedFormat } from './keyed-format.ts';

/**
 * The service's own format: a JSON object with `username`, `password`,
 * `securityToken` and `loginUrl` among any other fields. Token apart.
 */
export const json = keyedFormat('json', openJson, {
  username: 'username',
  password: 'password',
  securityToken: 'securityToken',
  place: { kind: 'url', key: 'loginUrl' },
});
