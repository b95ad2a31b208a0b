import { orJson } from './json-text.ts';
import { keyedFormat } from './keyed-format.ts';
import { openProperties } from './properties-text.ts';

/**
 * The properties that a Mule application's Salesforce connector refers to. Token apart.
 *
 * @see https://docs.mulesoft.com/salesforce-connector/latest/
 */
export const mulesoft = keyedFormat('mulesoft', orJson(openProperties), {
  username: 'sfdc.username',
  password: 'sfdc.password',
  securityToken: 'sfdc.securityToken',
  place: { kind: 'endpoint', key: 'sfdc.url' },
});
