import { Redacted } from '../redacted.ts';
import type { IntegrationFormat, Reading } from './format.ts';
import { readJsonObject, setJsonFields } from './json-text.ts';

/**
 * The service's own format: a JSON object with `username`, `password`,
 * `securityToken` and `loginUrl` among any other fields. Token apart.
 */
export const json: IntegrationFormat = {
  render(current, value) {
    return current.open((text) => {
      const object = readJsonObject(text);
      if (object === undefined) return { kind: 'unusable', problem: 'it is no JSON object' };
      const rendered = value.password.map((password) =>
        setJsonFields(text, object, {
          username: value.username,
          password,
          securityToken: value.securityToken?.open((token) => token) ?? '',
          loginUrl: value.loginUrl,
        }),
      );
      return { kind: 'rendered', text: rendered };
    });
  },

  parse(text) {
    return text.open((content): Reading => {
      const object = readJsonObject(content);
      if (object === undefined) return { kind: 'unusable', problem: 'it is no JSON object' };
      const { username, password, securityToken, loginUrl } = object;
      if (typeof username !== 'string' || typeof password !== 'string' || typeof loginUrl !== 'string') {
        return { kind: 'unusable', problem: 'it lacks username, password or loginUrl' };
      }
      const token = typeof securityToken === 'string' ? securityToken : '';
      return {
        kind: 'login',
        login: { username, combinedPassword: Redacted.of(password + token), loginUrl },
      };
    });
  },
};
