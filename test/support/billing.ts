import { type Configuration, type Credential, checkConfiguration } from '../../lib/core/config/load.ts';
import type { ConfigurationInput } from '../../lib/core/config/schema.ts';
import type { Attempts, CredentialState, Phase, Rotation } from '../../lib/core/domain/state.ts';
import type { Ports } from '../../lib/core/ports/ports.ts';
import { FakeOrg } from './fakes/fake-org.ts';
import { FixedClock } from './fakes/fixed-clock.ts';
import { MemoryLedger } from './fakes/memory-ledger.ts';
import { MemoryNotifier, MemoryQueue, MemoryTelemetry } from './fakes/memory-messaging.ts';
import { MemorySecretStore } from './fakes/memory-secret-store.ts';
import { SeededRandom } from './fakes/seeded-random.ts';

export const LOGIN_URL = 'https://acme.my.salesforce.com';
export const USERNAME = 'billing@acme.example';

type CredentialInput = ConfigurationInput['credentials'][string];
type ConnectionInput = ConfigurationInput['orgs'][string]['connection'];

const BY_APP: ConnectionInput = { kind: 'client-credentials', secret: 'salesforce/prod/rotator' };

/** A configuration with one credential, "billing". */
export function billingConfiguration(
  changes: Partial<CredentialInput> = {},
  connection: ConnectionInput = BY_APP,
): Configuration {
  return checkConfiguration({
    orgs: { prod: { loginUrl: LOGIN_URL, connection } },
    credentials: { billing: { org: 'prod', secret: 'salesforce/prod/billing', ...changes } },
  });
}

export function billingCredential(
  changes: Partial<CredentialInput> = {},
  connection: ConnectionInput = BY_APP,
): Credential {
  const credential = billingConfiguration(changes, connection).credentials.get('billing');
  if (credential === undefined) throw new Error('the configuration has no "billing"');
  return credential;
}

/** The lockout budget of the user of "billing". */
export function billingBudget(budget: Partial<Attempts>): Pick<CredentialState, 'budgets'> {
  return { budgets: { [USERNAME]: { spent: 0, refused: [], ...budget } } };
}

export const ROTATION: Rotation = {
  id: 'rotation-1',
  cause: 'requested',
  startedAt: '2026-11-01T11:00:00.000Z',
  username: USERNAME,
  userId: '005580000000001AAA',
  organizationId: '00D5g0000012345EAA',
  draftNumber: 1,
};

/** A state of "billing" in a phase; every phase but `idle` has a rotation. */
export function billingState(phase: Phase, changes: Partial<CredentialState> = {}): CredentialState {
  return {
    credential: 'billing',
    version: 7,
    phase,
    since: '2026-11-01T11:00:00.000Z',
    budgets: {},
    outbox: [],
    ...(phase === 'idle' ? {} : { rotation: ROTATION }),
    ...changes,
  };
}

export type MemoryPorts = Ports & {
  readonly secrets: MemorySecretStore;
  readonly org: FakeOrg;
  readonly login: FakeOrg;
  readonly ledger: MemoryLedger;
  readonly notifier: MemoryNotifier;
  readonly queue: MemoryQueue;
  readonly clock: FixedClock;
  readonly telemetry: MemoryTelemetry;
};

/** Everything that core needs of the world, in memory. */
export function memoryPorts(): MemoryPorts {
  const clock = new FixedClock();
  const org = new FakeOrg(clock);
  return {
    secrets: new MemorySecretStore(),
    org,
    login: org,
    ledger: new MemoryLedger(clock),
    notifier: new MemoryNotifier(),
    queue: new MemoryQueue(),
    clock,
    random: new SeededRandom(),
    telemetry: new MemoryTelemetry(),
    promptUrl: 'https://prompt.acme.example',
  };
}
