import type { FunctionName } from '../../lib/sandbox/function-host.ts';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.ts';
import { CREDENTIAL, type Scenario } from '../../lib/sandbox/scenario.ts';
import { CountingWire, type ServiceName, type WireCall } from '../../lib/sandbox/wire.ts';

/** Far more than a mail takes in the sandbox. */
const MOST_SECONDS = 120;
const WATCH_EVERY_SECONDS = 300;
const DAY_SECONDS = 86_400;

/** What a stretch of time made the service do, for one credential. */
export interface Activity {
  /** Requests by service and operation, as `dynamodb.GetItem`. */
  readonly byOperation: Readonly<Record<string, number>>;
  /** Runs of each function that ran. */
  readonly invocations: Readonly<Partial<Record<FunctionName, number>>>;
  /** Names of the metrics that got a value, each with the function that gave it. */
  readonly metrics: readonly string[];
}

/** Requests to one service. */
export function callsTo(service: ServiceName, { byOperation }: Activity): number {
  return Object.entries(byOperation)
    .filter(([key]) => key.startsWith(`${service}.`))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** One rotation, from the wish for it until everything is at rest again. */
export function rotationActivity(scenario: Pick<Scenario, 'integrations' | 'source'>): Promise<Activity> {
  return recorded(scenario, async (sandbox) => {
    const { functions, pump, clock } = sandbox;
    await functions.invoke('watch', { action: 'rotate-now', credential: CREDENTIAL, by: 'bench' });
    await pump.settle();
    for (let second = 0; !isComplete(sandbox); second += 1) {
      if (second === MOST_SECONDS) throw new Error('the rotation did not complete');
      clock.advance(1_000);
      await pump.settle();
    }
  });
}

/** A day on which nothing is due: the watch looks, and integration secrets are compared. */
export function idleDayActivity(scenario: Pick<Scenario, 'integrations'>): Promise<Activity> {
  return recorded(scenario, async ({ pump, clock }) => {
    for (let second = 0; second < DAY_SECONDS; second += WATCH_EVERY_SECONDS) {
      clock.advance(WATCH_EVERY_SECONDS * 1_000);
      await pump.settle();
    }
  });
}

/** In a new sandbox whose clock moves only when told to, so that every run is the same. */
async function recorded(
  scenario: Partial<Scenario>,
  happen: (sandbox: Sandbox) => Promise<void>,
): Promise<Activity> {
  const startedAt = Date.now();
  const wire = new CountingWire();
  const sandbox = await startSandbox({ wire, scenario, time: () => startedAt });
  try {
    await sandbox.pump.settle();
    wire.calls.length = 0;
    const firstLine = sandbox.logLines.length;
    const invoked = noteInvocations(sandbox);
    await happen(sandbox);
    return {
      byOperation: counted(wire.calls.map(({ service, operation }: WireCall) => `${service}.${operation}`)),
      invocations: counted(invoked),
      metrics: metricsIn(sandbox.logLines.slice(firstLine)),
    };
  } finally {
    await sandbox.close();
  }
}

/** Every function that is invoked from now on, in order. */
function noteInvocations({ functions }: Sandbox): readonly FunctionName[] {
  const invoked: FunctionName[] = [];
  const invoke = functions.invoke.bind(functions);
  functions.invoke = (name, event) => {
    invoked.push(name);
    return invoke(name, event);
  };
  return invoked;
}

function isComplete({ messages }: Sandbox): boolean {
  return messages.events.some((event) => event.detailType === 'Rotation Completed');
}

/** Metrics travel as log lines, in the embedded metric format. */
function metricsIn(lines: readonly string[]): readonly string[] {
  const named = lines
    .map((line) => JSON.parse(line) as MetricLine)
    .flatMap(({ service, _aws }) =>
      (_aws?.CloudWatchMetrics ?? []).flatMap(({ Metrics }) =>
        Metrics.map(({ Name }) => `${service}.${Name}`),
      ),
    );
  return [...new Set(named)].sort();
}

interface MetricLine {
  readonly service: string;
  readonly _aws?: {
    readonly CloudWatchMetrics: readonly { readonly Metrics: readonly { readonly Name: string }[] }[];
  };
}

function counted<Key extends string>(keys: readonly Key[]): Record<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b))) as Record<Key, number>;
}
