import properties from 'dot-properties';
import dotenv from 'dotenv';
import type { Login } from '../support/secrets-probe.ts';

/** How one integration keeps its login: a text with a line for each key, and lines of its own that a rotation leaves alone. */
export interface IntegrationForm {
  readonly secret: string;
  readonly format: 'json' | 'mulesoft' | 'env';
  readonly keys: {
    readonly username: string;
    readonly password: string;
    readonly securityToken: string;
    readonly loginUrl: string;
  };
  /** Before the first rotation. */
  readonly text: string;
  parse(text: string): Readonly<Record<string, unknown>>;
}

const AIRFLOW: IntegrationForm = {
  secret: 'etl/airflow/salesforce',
  format: 'json',
  keys: {
    username: 'username',
    password: 'password',
    securityToken: 'securityToken',
    loginUrl: 'loginUrl',
  },
  text: `{
    "owner": "team-1",
    "securityToken": "x",
    "password": "x",
    "username": "x",
    "note": "note-0",
    "loginUrl": "https://x.example",
    "batchSize":   200
}
`,
  parse: (text) => JSON.parse(text) as Record<string, unknown>,
};

const MULE: IntegrationForm = {
  secret: 'mule/salesforce',
  format: 'mulesoft',
  keys: {
    username: 'sfdc.username',
    password: 'sfdc.password',
    securityToken: 'sfdc.securityToken',
    loginUrl: 'sfdc.url',
  },
  text: `# The billing flows. Ask team-2 before you change anything.
sfdc.url = https://x.example/services/Soap/u/58.0
sfdc.username=x
sfdc.password=x
! note-0
sfdc.securityToken : x
flow.batch=201
`,
  parse: (text) => properties.parse(text) as Record<string, unknown>,
};

export const WORKER: IntegrationForm = {
  secret: 'billing/worker',
  format: 'env',
  keys: {
    username: 'SALESFORCE_USERNAME',
    password: 'SALESFORCE_PASSWORD',
    securityToken: 'SALESFORCE_SECURITY_TOKEN',
    loginUrl: 'SALESFORCE_INSTANCE_URL',
  },
  text: `# team-3
SALESFORCE_PASSWORD='x'
SALESFORCE_SECURITY_TOKEN=x

export NOTE="note-0 # kept"
SALESFORCE_USERNAME=x
SALESFORCE_INSTANCE_URL=https://x.example
`,
  parse: (text) => dotenv.parse(text),
};

/** Three integrations, each with another syntax, comments, an order and fields of its own. */
export const FORMS: readonly IntegrationForm[] = [AIRFLOW, MULE, WORKER];

/** What the integration logs in with. */
export function loginIn(form: IntegrationForm, text: string): Login {
  const fields = form.parse(text);
  const { username, password, securityToken, loginUrl } = form.keys;
  return {
    username: String(fields[username]),
    password: String(fields[password]),
    securityToken: String(fields[securityToken]),
    loginUrl: String(fields[loginUrl]).replace(/\/services\/Soap\/.*$/, ''),
  };
}

/** The text without the login: what a rotation must leave as it is, to the last space. */
export function foreignPart(form: IntegrationForm, text: string): string {
  const keys = Object.values(form.keys).map((key) => key.replaceAll('.', '\\.'));
  const line = new RegExp(`^(\\s*"?(?:${keys.join('|')})"?\\s*[:=]\\s*)(.*?)(/services/Soap/\\S*)?(,?)$`);
  return text
    .split('\n')
    .map((each) => each.replace(line, '$1…$3$4'))
    .join('\n');
}

/** The text as a person leaves it who changes a note in it and nothing else. */
export function withNote(text: string, number: number): string {
  return text.replace(/note-\d+/, `note-${number}`);
}
