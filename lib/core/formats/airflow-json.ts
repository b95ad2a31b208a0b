import { extraFields, readExtra } from './airflow-extra.ts';
import { type ClearLogin, clearFormat, isProblem, type Problem } from './clear-text.ts';
import { type JsonText, openJson } from './json-text.ts';

/**
 * An Airflow connection as a JSON object: `conn_type`, `login`, `password`, and
 * `extra` with `security_token` and `domain`. Token apart. `extra` may be an
 * object or text that holds one, and stays what it is.
 *
 * @see https://airflow.apache.org/docs/apache-airflow/stable/howto/connection.html#json-format-example
 */
export const airflowJson = clearFormat({
  write(current, login) {
    const text = openConnection(current);
    if (isProblem(text)) return text;
    const extra = writtenExtra(text, login);
    if (isProblem(extra)) return extra;
    return text.setRaw([
      ...(text.has('conn_type') ? [] : [['conn_type', '"salesforce"'] as const]),
      ['login', JSON.stringify(login.username)],
      ['password', JSON.stringify(login.password)],
      ['extra', extra],
    ]);
  },

  read(content) {
    const text = openConnection(content);
    if (isProblem(text)) return text;
    const extra = openExtra(text);
    if (isProblem(extra)) return extra;
    const username = text.get('login');
    const password = text.get('password');
    const { securityToken, loginUrl } = readExtra(extra.fields);
    if (username === undefined || password === undefined || loginUrl === undefined) {
      return { problem: 'it lacks login, password or a domain in extra' };
    }
    return { username, combinedPassword: password + securityToken, loginUrl };
  },
});

function openConnection(content: string): JsonText | Problem {
  const text = openJson(content);
  if (isProblem(text) || !text.has('conn_type') || text.get('conn_type') === 'salesforce') return text;
  return { problem: 'its conn_type is not "salesforce"' };
}

interface Extra {
  readonly fields: JsonText;
  readonly isText: boolean;
}

function openExtra(connection: JsonText): Extra | Problem {
  const raw = connection.raw('extra') ?? 'null';
  const asText = connection.get('extra');
  const content = asText ?? (raw === 'null' ? '{}' : raw);
  const fields = openJson(content.trim() === '' ? '{}' : content);
  if (!isProblem(fields)) return { fields, isText: asText !== undefined };
  return { problem: `in "extra", ${fields.problem}` };
}

function writtenExtra(connection: JsonText, login: ClearLogin): string | Problem {
  const extra = openExtra(connection);
  if (isProblem(extra)) return extra;
  const fields = extraFields('airflow-json', extra.fields, login);
  if (isProblem(fields)) return fields;
  const written = extra.fields.set(fields);
  return extra.isText ? JSON.stringify(written) : written;
}
