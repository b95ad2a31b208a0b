import type { CompletedRotation } from '../../core/domain/state.ts';
import { consumersOf } from '../consumers.ts';
import { readLedgerHistory, readLedgerState } from '../ledger-view.ts';
import { BackgroundReader } from '../reader.ts';
import type { SettingsChange } from '../salesforce/settings.ts';
import { startSandbox } from '../sandbox.ts';
import { CREDENTIAL, type StrategyKind } from '../scenario.ts';
import type { DemoOptions } from './options.ts';
import { declaredOutage, type Outage, outsideOutage } from './outage.ts';
import type { ProgressLine } from './progress.ts';
import { currentLogin, loginCheck, prove, takeSnapshot } from './proof.ts';
import { type DemoReport, type Evidence, type OldCredential, reportOf } from './report.ts';
import { FunctionsWire, retireOldUser, rotate, type Stage } from './rotate.ts';

/** More events than one rotation has. */
const HISTORY_LIMIT = 100;

/** One real rotation in a fresh sandbox, under the eyes of all its integrations, and the proof of it. */
export async function runDemo(
  options: DemoOptions,
  onLine: (line: ProgressLine) => void,
): Promise<DemoReport> {
  await using opened = new AsyncDisposableStack();
  const wire = new FunctionsWire();
  const sandbox = await startSandbox({ wire, scenario: options });
  opened.defer(() => sandbox.close());
  const credential = sandbox.configuration.credentials.get(CREDENTIAL);
  if (credential === undefined) throw new Error(`the sandbox has no credential "${CREDENTIAL}"`);
  const reader = new BackgroundReader(sandbox, consumersOf(credential.integrations));
  opened.defer(() => reader.close());
  sandbox.salesforce.updateSettings(settingsFor(options.strategy));
  await sandbox.pump.settle();
  return reportOf(options, await gather({ sandbox, wire, reader, credential, onLine }, options.strategy));
}

/**
 * What the org must be lenient in, for integrations that log in without a pause.
 * In the outage of a single user each of them fails once, which together would
 * lock out the user; the service's own attempts are limited by its ledger all the
 * same. With alternating users none may fail, so there the org's limit stays.
 */
function settingsFor(strategy: StrategyKind): SettingsChange {
  return {
    loginsPerHour: 1_000_000,
    ...(strategy === 'single-user' ? { policy: { lockoutAfter: null } } : {}),
  };
}

async function gather(stage: Stage, strategy: StrategyKind): Promise<Evidence> {
  const { sandbox, reader, credential } = stage;
  const consumers = consumersOf(credential.integrations);
  const isAccepted = loginCheck(sandbox.endpoints.salesforce);
  const oldLogin = currentLogin(sandbox, credential.secret);
  const old = async (): Promise<OldCredential> => ((await isAccepted(oldLogin)) ? 'accepted' : 'refused');
  const before = takeSnapshot(sandbox, consumers);
  const run = await rotate(stage);
  const proof = await prove(before, takeSnapshot(sandbox, consumers), strategy, isAccepted);
  const afterSwap = await old();
  if (run.completed) await retireOldUser(stage);
  const done = (await readLedgerState(sandbox, credential.name))?.last;
  const replaced = new Map(before.map(({ consumer, versionId }) => [consumer, versionId]));
  return {
    run,
    proof,
    oldCredential: { afterSwap, atEnd: await old() },
    done,
    reader,
    outsideOutage: outsideOutage(reader.refused, await outageOf(stage, done), replaced),
  };
}

/** Alternating users have no outage, whatever happened. */
async function outageOf(
  { sandbox, credential }: Stage,
  done: CompletedRotation | undefined,
): Promise<Outage | undefined> {
  if (credential.strategy.kind === 'alternating-users') return undefined;
  return declaredOutage(await readLedgerHistory(sandbox, credential.name, HISTORY_LIMIT), done);
}
