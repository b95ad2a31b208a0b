import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PageVisitor } from '../../lib/sandbox/demo/page-visitor.ts';
import { COMMAND_FUNCTION } from '../../lib/sandbox/function-host.ts';
import { readableMail } from '../../lib/sandbox/readable-mail.ts';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.ts';
import { CREDENTIAL } from '../../lib/sandbox/scenario.ts';
import { newestLink } from '../../lib/sandbox/told-links.ts';
import { bundleFunctions, FunctionProcesses } from './function-processes.ts';
import { measureImports } from './import-time.ts';
import { medianOf } from './median.ts';
import { compressedBytes } from './page-weight.ts';
import { requireCarried } from './swap-checks.ts';
import { type Span, TimedWire } from './timed-wire.ts';

const INTEGRATIONS = 3;
const ROUNDS = 3;
const PAGE_GETS = 31;
const IMPORT_ROUNDS = 15;
const MOST_MILLISECONDS = 60_000;
const LOOK_EVERY_MILLISECONDS = 5;
const THEIRS = ['salesforce', 'secretsManager'] as const;
const ALL = [...THEIRS, 'sts', 'dynamodb', 'messaging', 's3'] as const;

/** One rotation by hand. Durations in milliseconds. */
interface Round {
  readonly submitToSwapped: number;
  /** In which a call to Salesforce or Secrets Manager was under way. */
  readonly theirs: number;
  /** In which a call to any service was under way, other than the call of a function. */
  readonly all: number;
  readonly pageBytes: number;
  readonly responses: readonly number[];
  /** Of each response, in which the ledger was asked. */
  readonly ledger: readonly number[];
}

/**
 * The way by hand, with 20 ms more for each call, three integration secrets, and
 * the functions as bundles in warm processes of their own. Medians of three
 * rotations.
 *
 * - `submitToSwappedMs`: from the POST of a right token until the last
 *   integration secret is swapped.
 * - `ownShare`: how much of it is Salesforce's and Secrets Manager's own: a call
 *   to one of them was under way.
 * - `serviceShare`: how much of it no call to any service was under way, so that
 *   the functions computed or were called. The rest is the ledger's and the
 *   messages'.
 * - `pageBytesCompressed`: the page that asks for the token, with all that it loads.
 * - `pageImportMs`: import of the page's bundle in a new process; `pageImportRatio`:
 *   to the import of the function that takes commands, on the same machine.
 * - `pageResponseMs`: a warm GET, of which `pageLedgerMs` is the ledger's.
 */
export async function* benchIntake(): AsyncGenerator<object> {
  const bundles = mkdtempSync(join(tmpdir(), 'sfrotate-intake-'));
  try {
    bundleFunctions(bundles);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure(bundles));
    const modules = ['intake', COMMAND_FUNCTION].map((name) => join(bundles, name, 'index.mjs'));
    yield lineOf(rounds, measureImports(modules, IMPORT_ROUNDS));
  } finally {
    rmSync(bundles, { recursive: true, force: true });
  }
}

async function measure(bundles: string): Promise<Round> {
  const wire = new TimedWire();
  const moved: { readonly secret: string; readonly at: number }[] = [];
  const sandbox = await startSandbox({
    wire,
    scenario: { integrations: INTEGRATIONS, source: 'operator', mailDelayMilliseconds: 0 },
    onSecretsManagerEvent: (event) => {
      if (event['detail-type'] !== 'Secret Label Updated' || event.detail.labelUpdated !== 'AWSCURRENT')
        return;
      moved.push({ secret: event.detail.name, at: performance.now() });
    },
  });
  const functions = new FunctionProcesses(bundles, sandbox);
  try {
    const { person, token } = await untilTokenIsWanted(sandbox);
    const gets = await timedGets(person, wire);
    const pageBytes = await compressedBytes(person.link);
    const secrets = new Set(integrationsOf(sandbox));
    const flips = () => moved.filter(({ secret }) => secrets.has(secret)).map(({ at }) => at);
    moved.length = 0;
    const from = performance.now();
    const submitted = person.submit({ token });
    await settleUntil(sandbox, () => flips().length === INTEGRATIONS);
    await submitted;
    await settleUntil(sandbox, () => isCompleted(sandbox));
    requireCarried(sandbox, [...secrets]);
    const swap: Span = { from, to: flips().at(-1) ?? Number.NaN };
    return {
      submitToSwapped: swap.to - swap.from,
      theirs: wire.busyWith(THEIRS, swap),
      all: wire.busyWith(ALL, swap),
      pageBytes,
      responses: gets.map(({ from: began, to }) => to - began),
      ledger: gets.map((get) => wire.busyWith(['dynamodb'], get)),
    };
  } finally {
    await functions.close();
    await sandbox.close();
  }
}

/** Everything up to the moment at which a person has the token before them. */
async function untilTokenIsWanted(
  sandbox: Sandbox,
): Promise<{ readonly person: PageVisitor; readonly token: string }> {
  await sandbox.pump.settle();
  await sandbox.functions.invoke(COMMAND_FUNCTION, {
    action: 'rotate-now',
    credential: CREDENTIAL,
    by: 'bench',
  });
  await settleUntil(sandbox, () => newestLink(sandbox.messages) !== undefined);
  const person = await PageVisitor.open(newestLink(sandbox.messages) ?? '');
  await person.submit({});
  await settleUntil(sandbox, () => sandbox.mailbox.mails.length > 0);
  const mail = sandbox.mailbox.mails.at(-1);
  if (person.state !== 'token' || mail === undefined) throw new Error(`the page shows "${person.state}"`);
  return { person, token: (await readableMail(mail)).text };
}

async function timedGets(person: PageVisitor, wire: TimedWire): Promise<readonly Span[]> {
  const gets: Span[] = [];
  for (let get = 0; get < PAGE_GETS; get += 1) {
    const from = performance.now();
    await person.lookAgain();
    gets.push({ from, to: performance.now() });
  }
  if (
    wire.busyWith(['secretsManager', 'salesforce'], { from: gets[0]?.from ?? 0, to: performance.now() }) > 0
  )
    throw new Error('a GET of the page reached Secrets Manager or Salesforce');
  return gets;
}

function integrationsOf({ configuration }: Sandbox): readonly string[] {
  return configuration.credentials.get(CREDENTIAL)?.integrations.map(({ secret }) => secret) ?? [];
}

function isCompleted({ messages }: Sandbox): boolean {
  return messages.events.some(({ detailType }) => detailType === 'Rotation Completed');
}

async function settleUntil({ pump }: Sandbox, reached: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + MOST_MILLISECONDS;
  for (;;) {
    await pump.settle();
    if (reached()) return;
    if (performance.now() > giveUpAt) throw new Error('the rotation does not go on');
    await sleep(LOOK_EVERY_MILLISECONDS);
  }
}

function lineOf(rounds: readonly Round[], imports: readonly number[]): object {
  const [importMs = Number.NaN, commandsImportMs = Number.NaN] = imports;
  const median = (value: (round: Round) => number) => medianOf(rounds.map(value));
  return {
    bench: 'intake',
    integrations: INTEGRATIONS,
    submitToSwappedMs: Math.round(median(({ submitToSwapped }) => submitToSwapped)),
    ownShare: share(median(({ theirs, submitToSwapped }) => theirs / submitToSwapped)),
    serviceShare: share(median(({ all, submitToSwapped }) => 1 - all / submitToSwapped)),
    pageBytesCompressed: median(({ pageBytes }) => pageBytes),
    limitBytes: 30 * 1024,
    pageImportMs: Number(importMs.toFixed(1)),
    pageImportRatio: share(importMs / commandsImportMs),
    pageResponseMs: Math.round(median(({ responses }) => medianOf(responses))),
    pageLedgerMs: Math.round(median(({ ledger }) => medianOf(ledger))),
  };
}

function share(ratio: number): number {
  return Number(ratio.toFixed(2));
}
