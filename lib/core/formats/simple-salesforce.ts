import { openJson } from './json-text.ts';
import { keyedFormat } from './keyed-format.ts';

/**
 * The arguments of simple-salesforce's `Salesforce(...)` as a JSON object. Token apart.
 *
 * @see https://simple-salesforce.readthedocs.io/en/latest/user_guide/examples.html
 */
export const simpleSalesforce = keyedFormat('simple-salesforce', openJson, {
  username: 'username',
  password: 'password',
  securityToken: 'security_token',
  place: { kind: 'domain', key: 'domain' },
});
