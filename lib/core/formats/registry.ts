import type { IntegrationConfig } from '../config/schema.ts';
import { type CredentialValue, combined } from '../domain/credential-value.ts';
import type { Redacted } from '../redacted.ts';
import type { IntegrationFormat } from './format.ts';
import { json } from './json.ts';

const FORMATS: Readonly<Record<IntegrationConfig['format'], IntegrationFormat>> = { json };

/** The format that the configuration names for an integration secret. */
export function formatOf(integration: IntegrationConfig): IntegrationFormat {
  return FORMATS[integration.format];
}

/** Whether a secret's text logs in with exactly this credential. */
export function carries(integration: IntegrationConfig, text: Redacted, value: CredentialValue): boolean {
  const reading = formatOf(integration).parse(text);
  return (
    reading.kind === 'login' &&
    reading.login.username === value.username &&
    reading.login.loginUrl === value.loginUrl &&
    reading.login.combinedPassword.equals(combined(value))
  );
}
