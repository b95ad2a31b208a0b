import { openEnv } from './env-text.ts';
import { orJson } from './json-text.ts';
import { keyedFormat } from './keyed-format.ts';

/**
 * The environment of a program on jsforce, which wants password followed by token.
 *
 * @see https://jsforce.github.io/document/#username-and-password-login
 */
export const jsforceEnv = keyedFormat('jsforce-env', orJson(openEnv), {
  username: 'SF_USERNAME',
  password: 'SF_PASSWORD',
  place: { kind: 'url', key: 'SF_LOGIN_URL' },
});
