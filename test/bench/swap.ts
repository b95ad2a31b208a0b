import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.ts';
import { CREDENTIAL } from '../../lib/sandbox/scenario.ts';
import type { SecretsManagerEvent } from '../../lib/sandbox/secrets-manager/events.ts';
import { bundleFunctions, FunctionProcesses } from './function-processes.ts';
import { MeteredWire } from './metered-wire.ts';
import { requireCarried, sweepBackSequentially } from './swap-checks.ts';
import { outageOf, quotaBound, windowOf } from './swap-timeline.ts';

const INTEGRATIONS = [1, 10, 100, 400];
const MOST_MILLISECONDS = 120_000;
/** How often it is looked whether a mail or a message is due; on AWS those come by themselves. */
const LOOK_EVERY_MILLISECONDS = 5;

/**
 * One single-user rotation in real time for each number of integration secrets: 20 ms more
 * for each call, 50 writes a second, the functions as bundles in processes of
 * their own, the token in a mail after 1.5 s. `watch` and `rotate` are warm, as
 * the deployment's own test of the secret leaves them; `advance` and `mail`
 * start cold, and the start of `mail` is part of the outage.
 *
 * - `secretsManager`, `throttled`: requests from the wish until everything is at
 *   rest, and how many of them the quota refused.
 * - `windowMs`: first flip to last, as the stand-in moved the labels.
 * - `ratioToBound`, `ratioToSequential`: the window over `boundMs`, see
 *   `quotaBound`, and over the measured window of a loop that flips the same
 *   secrets one after the other over the same wire.
 * - `outageMs`, `tokenWaitMs`, `outageParts`: see `Outage`.
 * - `peakMemoryMB`: resident set of the largest process of a function, with Node itself.
 */
export async function* benchSwap(): AsyncGenerator<object> {
  const bundles = mkdtempSync(join(tmpdir(), 'sfrotate-swap-'));
  try {
    bundleFunctions(bundles);
    for (const integrations of INTEGRATIONS) yield await measure(bundles, integrations);
  } finally {
    rmSync(bundles, { recursive: true, force: true });
  }
}

async function measure(bundles: string, integrations: number): Promise<object> {
  const wire = new MeteredWire();
  const moved: { readonly secret: string; readonly at: number }[] = [];
  const onSecretsManagerEvent = (event: SecretsManagerEvent) => {
    if (event['detail-type'] !== 'Secret Label Updated' || event.detail.labelUpdated !== 'AWSCURRENT') return;
    moved.push({ secret: event.detail.name, at: performance.now() });
  };
  const sandbox = await startSandbox({ wire, scenario: { integrations }, onSecretsManagerEvent });
  const functions = new FunctionProcesses(bundles, sandbox);
  try {
    const secrets = new Set(integrationsOf(sandbox));
    const flips = () => moved.filter(({ secret }) => secrets.has(secret)).map(({ at }) => at);
    await sandbox.pump.settle();
    moved.length = 0;
    wire.calls.length = 0;
    await rotate(sandbox);
    requireCarried(sandbox, [...secrets]);
    const rotation = {
      secretsManager: wire.count('secretsManager'),
      throttled: wire.throttled,
      flips: flips(),
      passwordSetAt: passwordSetAt(wire),
      invocations: functions.invocations,
    };
    moved.length = 0;
    await sweepBackSequentially(sandbox, [...secrets]);
    return lineOf(integrations, rotation, windowOf(flips()), functions.peakMegabytes);
  } finally {
    await functions.close();
    await sandbox.close();
  }
}

function integrationsOf({ configuration }: Sandbox): readonly string[] {
  return configuration.credentials.get(CREDENTIAL)?.integrations.map(({ secret }) => secret) ?? [];
}

async function rotate({ functions, pump, messages }: Sandbox): Promise<void> {
  await functions.invoke('watch', { action: 'rotate-now', credential: CREDENTIAL, by: 'bench' });
  const giveUpAt = performance.now() + MOST_MILLISECONDS;
  for (;;) {
    await pump.settle();
    if (messages.events.some(({ detailType }) => detailType === 'Rotation Completed')) return;
    if (performance.now() > giveUpAt) throw new Error('the rotation did not complete');
    await sleep(LOOK_EVERY_MILLISECONDS);
  }
}

function passwordSetAt({ answered }: MeteredWire): number {
  const set = answered.find(({ operation }) => operation === 'password.post');
  if (set === undefined) throw new Error('no password was set');
  return set.at;
}

function lineOf(
  integrations: number,
  rotation: Parameters<typeof outageOf>[0] & { readonly secretsManager: number; readonly throttled: number },
  sequentialMs: number,
  peakMegabytes: number,
): object {
  const { secretsManager, throttled, flips } = rotation;
  const windowMs = windowOf(flips);
  const boundMs = quotaBound(integrations);
  const { outageMs, tokenWaitMs, outageParts } = outageOf(rotation);
  const parts = Object.entries(outageParts).map(([part, lasted]) => [part, Math.round(lasted)]);
  return {
    bench: 'swap',
    integrations,
    secretsManager,
    throttled,
    windowMs: Math.round(windowMs),
    boundMs: boundMs ?? null,
    ratioToBound: boundMs === undefined ? null : ratio(windowMs, boundMs),
    aim: 1.2,
    sequentialMs: Math.round(sequentialMs),
    ratioToSequential: boundMs === undefined ? null : ratio(windowMs, sequentialMs),
    outageMs: Math.round(outageMs),
    tokenWaitMs: Math.round(tokenWaitMs),
    outageParts: Object.fromEntries(parts),
    peakMemoryMB: Math.round(peakMegabytes),
  };
}

function ratio(window: number, to: number): number {
  return Number((window / to).toFixed(2));
}
