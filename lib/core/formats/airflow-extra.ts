import type { ClearLogin, Problem } from './clear-text.ts';
import type { Fields, FieldText } from './field-text.ts';
import { domainOf, loginUrlOf, noDomainProblem } from './login-domain.ts';

/**
 * The extra fields of an Airflow connection that its Salesforce hook logs in with.
 *
 * Connections of older providers spell them with a prefix. The spelling that is
 * there is written, both where both are; the hook prefers the one without.
 *
 * @see https://airflow.apache.org/docs/apache-airflow-providers-salesforce/stable/connections/salesforce.html
 */
const PREFIX = 'extra__salesforce__';

/** The extra fields to set in what holds them now; `format` is for the sentence. */
export function extraFields(format: string, text: FieldText, login: ClearLogin): Fields | Problem {
  const domain = domainOf(login.loginUrl);
  if (domain === undefined) return { problem: noDomainProblem(format) };
  return [...spelled(text, 'security_token', login.securityToken), ...spelled(text, 'domain', domain)];
}

function spelled(text: FieldText, name: string, value: string): Fields {
  const present = [name, PREFIX + name].filter((key) => text.has(key));
  return (present.length === 0 ? [name] : present).map((key) => [key, value] as const);
}

export interface AirflowExtra {
  readonly securityToken: string;
  readonly loginUrl: string | undefined;
}

export function readExtra(text: FieldText): AirflowExtra {
  const field = (name: string) => text.get(text.has(name) ? name : PREFIX + name) ?? '';
  const domain = field('domain');
  return {
    securityToken: field('security_token'),
    loginUrl: loginUrlOf(domain === '' ? 'login' : domain),
  };
}
