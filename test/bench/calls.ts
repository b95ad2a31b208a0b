import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.ts';
import { CREDENTIAL, type Scenario } from '../../lib/sandbox/scenario.ts';
import { CountingWire, type WireCall } from '../../lib/sandbox/wire.ts';

const INTEGRATIONS = [0, 1, 3, 10];
const SOURCES: readonly Scenario['source'][] = ['unchanged', 'mailbox'];
/** Far more than a mail takes in the sandbox. */
const MOST_SECONDS = 120;

/** Counts what crosses the wire from the wish for a rotation until everything is at rest again. */
export async function* benchCalls(): AsyncGenerator<object> {
  for (const source of SOURCES) {
    for (const integrations of INTEGRATIONS) {
      const wire = new CountingWire();
      await rotateOnce(wire, { integrations, source });
      yield {
        bench: 'calls',
        integrations,
        source,
        secretsManager: wire.count('secretsManager'),
        dynamodb: wire.count('dynamodb'),
        salesforce: wire.count('salesforce'),
        messaging: wire.count('messaging'),
        aim: secretsManagerAim(integrations),
        byOperation: byOperation(wire.calls),
      };
    }
  }
}

/** Requests to Secrets Manager that one rotation may cost: two per secret, one per batch of 20, 16 fixed. */
function secretsManagerAim(integrations: number): number {
  return 2 * integrations + Math.ceil(integrations / 20) + 16;
}

/** One rotation in a new sandbox whose clock moves only when told to, so that every run is the same. */
async function rotateOnce(
  wire: CountingWire,
  scenario: Pick<Scenario, 'integrations' | 'source'>,
): Promise<void> {
  const startedAt = Date.now();
  const sandbox = await startSandbox({ wire, scenario, time: () => startedAt });
  try {
    await sandbox.pump.settle();
    wire.calls.length = 0;
    await sandbox.functions.invoke('watch', { action: 'rotate-now', credential: CREDENTIAL, by: 'bench' });
    await sandbox.pump.settle();
    for (let second = 0; !isComplete(sandbox); second += 1) {
      if (second === MOST_SECONDS) throw new Error('the rotation did not complete');
      sandbox.clock.advance(1_000);
      await sandbox.pump.settle();
    }
  } finally {
    await sandbox.close();
  }
}

function isComplete({ messages }: Sandbox): boolean {
  return messages.events.some((event) => event.detailType === 'Rotation Completed');
}

function byOperation(calls: readonly WireCall[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { service, operation } of calls) {
    const key = `${service}.${operation}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b)));
}
