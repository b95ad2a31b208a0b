import type { FormatConfig, IntegrationConfig } from '../config/integration.ts';
import { type CredentialValue, combined } from '../domain/credential-value.ts';
import type { Redacted } from '../redacted.ts';
import { airflowJson } from './airflow-json.ts';
import { airflowUri } from './airflow-uri.ts';
import { dataloader } from './dataloader.ts';
import { env } from './env.ts';
import { envelope } from './envelope.ts';
import type { IntegrationFormat } from './format.ts';
import { jsforceEnv } from './jsforce-env.ts';
import { json } from './json.ts';
import { kafkaConnect } from './kafka-connect.ts';
import { mulesoft } from './mulesoft.ts';
import { simpleSalesforce } from './simple-salesforce.ts';
import { template } from './template.ts';

const FIXED: Readonly<Record<Exclude<FormatConfig['format'], 'template'>, IntegrationFormat>> = {
  json,
  'simple-salesforce': simpleSalesforce,
  'airflow-uri': airflowUri,
  'airflow-json': airflowJson,
  dataloader,
  'jsforce-env': jsforceEnv,
  mulesoft,
  'kafka-connect': kafkaConnect,
  env,
};

/** The format that the configuration names for an integration secret. */
export function formatOf(integration: IntegrationConfig): IntegrationFormat {
  if (integration.format !== 'envelope') return plainFormat(integration);
  return envelope(integration.entries.map((entry) => ({ key: entry.key, format: plainFormat(entry) })));
}

function plainFormat(integration: FormatConfig): IntegrationFormat {
  return integration.format === 'template' ? template(integration.fields) : FIXED[integration.format];
}

/**
 * Whether a secret's text logs in with exactly this credential. A text that
 * leaves the login URL to its integration carries it whatever the URL is.
 */
export function carries(integration: IntegrationConfig, text: Redacted, value: CredentialValue): boolean {
  const reading = formatOf(integration).parse(text);
  if (reading.kind !== 'login') return false;
  const { username, loginUrl, combinedPassword } = reading.login;
  return (
    username === value.username &&
    (loginUrl === undefined || loginUrl === value.loginUrl) &&
    combinedPassword.equals(combined(value))
  );
}
