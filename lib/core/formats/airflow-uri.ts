import { extraFields, readExtra } from './airflow-extra.ts';
import { decoded, openQuery } from './airflow-query.ts';
import { clearFormat, isProblem, type Problem } from './clear-text.ts';

/**
 * An Airflow connection as a URI:
 * `salesforce://user:password@host/?security_token=…&domain=…`. Token apart.
 * Host, path, other parameters and their order stay; `salesforce://` is enough
 * to begin with.
 *
 * @see https://airflow.apache.org/docs/apache-airflow/stable/howto/connection.html#uri-format-example
 */
export const airflowUri = clearFormat({
  write(current, login) {
    if (![login.username, login.password, login.securityToken].every((text) => text.isWellFormed())) {
      return { problem: 'the credential has a character that no URI can hold' };
    }
    const uri = split(current);
    if (isProblem(uri)) return uri;
    const query = openQuery(uri.query ?? '');
    if (isProblem(query)) return query;
    const fields = extraFields('airflow-uri', query, login);
    if (isProblem(fields)) return fields;
    const search = query.set(fields);
    if (isProblem(search)) return search;
    const user = `${encodeURIComponent(login.username)}:${encodeURIComponent(login.password)}`;
    const path = uri.path === '' && uri.query === undefined ? '/' : uri.path;
    return `${uri.scheme}${user}@${uri.host}${path}?${search}${uri.rest}`;
  },

  read(content) {
    const uri = split(content);
    if (isProblem(uri)) return uri;
    const query = openQuery(uri.query ?? '');
    if (isProblem(query)) return query;
    const [user = '', ...rest] = uri.user.split(':');
    const username = decoded(user);
    const password = decoded(rest.join(':'));
    const { securityToken, loginUrl } = readExtra(query);
    if (username === undefined || password === undefined || uri.user === '' || loginUrl === undefined) {
      return { problem: 'it lacks a user, a password or a domain' };
    }
    return { username, combinedPassword: password + securityToken, loginUrl };
  },
});

interface ConnectionUri {
  /** With what stands before it: `salesforce://`, or `salesforce://https://`, which Airflow allows. */
  readonly scheme: string;
  readonly user: string;
  readonly host: string;
  readonly path: string;
  readonly query: string | undefined;
  /** The fragment, and a line break at the end. */
  readonly rest: string;
}

const URI =
  /^(\s*salesforce:\/\/(?:[a-z][a-z0-9+.-]*:\/\/)?)(?:([^\s/?#]*)@)?([^\s/?#@]*)([^\s?#]*)(?:\?([^\s#]*))?((?:#\S*)?\s*)$/i;

function split(text: string): ConnectionUri | Problem {
  const parts = URI.exec(text);
  if (parts === null) return { problem: 'it is no URI that starts with "salesforce://"' };
  const [, scheme = '', user = '', host = '', path = '', query, rest = ''] = parts;
  return { scheme, user, host, path, query, rest };
}
