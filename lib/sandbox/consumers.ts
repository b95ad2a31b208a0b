import type { IntegrationConfig } from '../core/config/schema.ts';
import type { Reading } from '../core/formats/format.ts';
import { formatOf } from '../core/formats/registry.ts';
import type { Redacted } from '../core/redacted.ts';

/** An integration as it runs somewhere: which secret it reads, and what it takes from it. */
export interface Consumer {
  /** The secret's id; with envelope delivery also the key in it. */
  readonly name: string;
  readonly secret: string;
  /** The login that the secret's text gives this integration, whatever it gives others. */
  read(text: Redacted): Reading;
}

/** Everybody who reads these secrets: one per secret, and one per entry of an envelope. */
export function consumersOf(integrations: readonly IntegrationConfig[]): readonly Consumer[] {
  return integrations.flatMap((integration) =>
    integration.format === 'envelope'
      ? integration.entries.map((entry) =>
          consumer(`${integration.secret} [${entry.key}]`, { ...integration, entries: [entry] }),
        )
      : [consumer(integration.secret, integration)],
  );
}

function consumer(name: string, integration: IntegrationConfig): Consumer {
  const format = formatOf(integration);
  return { name, secret: integration.secret, read: (text) => format.parse(text) };
}
