import type { Clock } from './clock.ts';
import type { Ledger } from './ledger.ts';
import type { Notifier } from './notifier.ts';
import type { PokeQueue } from './poke-queue.ts';
import type { RandomSource } from './random-source.ts';
import type { IntegrationLogin, OrgAdministration } from './salesforce.ts';
import type { SecretStore } from './secret-store.ts';
import type { Telemetry } from './telemetry.ts';

/** Everything that core needs of the world. Built in lib/runtime, or by a test. */
export interface Ports {
  readonly secrets: SecretStore;
  readonly org: OrgAdministration;
  readonly login: IntegrationLogin;
  readonly ledger: Ledger;
  readonly notifier: Notifier;
  readonly queue: PokeQueue;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly telemetry: Telemetry;
  /** Where the prompt page is, without a slash at its end; `undefined` where there is none. */
  readonly promptUrl: string | undefined;
}
