import { orJson } from './json-text.ts';
import { keyedFormat } from './keyed-format.ts';
import { openProperties } from './properties-text.ts';

/**
 * The configuration of Confluent's Salesforce connectors. Token apart.
 *
 * @see https://docs.confluent.io/kafka-connectors/salesforce/current/
 */
export const kafkaConnect = keyedFormat('kafka-connect', orJson(openProperties), {
  username: 'salesforce.username',
  password: 'salesforce.password',
  securityToken: 'salesforce.password.token',
  place: { kind: 'url', key: 'salesforce.instance' },
});
