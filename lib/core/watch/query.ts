import type { Configuration } from '../config/load.ts';
import { compactRecord } from '../domain/records.ts';
import type { HistoryEvent } from '../domain/state.ts';
import type { Ports } from '../ports/ports.ts';
import { credentialNamed } from '../reconcile/advance.ts';
import { diagnose } from './doctor/diagnose.ts';
import type { Diagnosis } from './doctor/finding.ts';
import { type FleetPorts, type FleetRow, fleet } from './fleet.ts';

/** What an operator may ask to be shown. Nothing is changed by it, so nobody is named for the history. */
export type Query =
  /** Of one credential, or of all. */
  | { readonly action: 'fleet'; readonly credential?: string | undefined }
  /** What is wrong with a credential, and what to do about it. It asks the org as well, and reads the secrets. */
  | { readonly action: 'doctor'; readonly credential: string }
  /** @param limit 1 to `LONGEST_HISTORY`. */
  | { readonly action: 'history'; readonly credential: string; readonly limit: number };

export const LONGEST_HISTORY = 200;

/** What is answered to which query. Plain data, as it travels. */
export interface Reports {
  readonly fleet: FleetReport;
  readonly history: HistoryReport;
  readonly doctor: DoctorReport;
}

export interface DoctorReport extends Diagnosis {
  readonly message: string;
}

export interface FleetReport {
  readonly message: string;
  /** By the service's clock, which the ages of the rows go with. ISO 8601. */
  readonly now: string;
  /** Worst first. */
  readonly rows: readonly FleetRow[];
}

export interface HistoryReport {
  readonly message: string;
  readonly credential: string;
  /** The newest ones, in the order in which they happened. */
  readonly events: readonly PastEvent[];
}

/** An event without what only the service has a use for. */
export type PastEvent = Omit<HistoryEvent, 'id' | 'credential' | 'promptId'>;

type QueryPorts = FleetPorts & { readonly ledger: Pick<Ports['ledger'], 'load' | 'history'> };

/** @throws UnknownCredential */
export async function answer(
  ports: Ports,
  configuration: Configuration,
  query: Query,
): Promise<Reports[Query['action']]> {
  switch (query.action) {
    case 'fleet':
      return fleetReport(ports, configuration, query.credential);
    case 'history':
      return historyReport(ports, configuration, query);
    case 'doctor': {
      const found = await diagnose(ports, configuration, query.credential);
      return { message: 'What was found; nothing was changed.', ...found };
    }
  }
}

async function fleetReport(
  ports: QueryPorts,
  configuration: Configuration,
  name: string | undefined,
): Promise<FleetReport> {
  const credentials =
    name === undefined ? configuration.credentials : new Map([[name, credentialNamed(configuration, name)]]);
  return {
    message: 'The fleet as the ledger has it.',
    now: ports.clock.now().toISOString(),
    rows: await fleet(ports, { ...configuration, credentials }),
  };
}

async function historyReport(
  { ledger }: QueryPorts,
  configuration: Configuration,
  { credential, limit }: Extract<Query, { action: 'history' }>,
): Promise<HistoryReport> {
  const { name } = credentialNamed(configuration, credential);
  const newestFirst = await ledger.history(name, limit);
  return {
    message: 'The history as the ledger has it.',
    credential: name,
    events: newestFirst.map(pastEvent).toReversed(),
  };
}

function pastEvent({ at, type, phase, message, reason, remedy, by, rotationId }: HistoryEvent): PastEvent {
  return compactRecord({ at, type, phase, message, reason, remedy, by, rotationId });
}
