import { openEnv } from './env-text.ts';
import { orJson } from './json-text.ts';
import { keyedFormat } from './keyed-format.ts';

/** The environment of a program on any other library. Token apart. */
export const env = keyedFormat('env', orJson(openEnv), {
  username: 'SALESFORCE_USERNAME',
  password: 'SALESFORCE_PASSWORD',
  securityToken: 'SALESFORCE_SECURITY_TOKEN',
  place: { kind: 'url', key: 'SALESFORCE_INSTANCE_URL' },
});
