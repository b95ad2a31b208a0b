import type { Credential } from '../../core/config/load.ts';
import { type BackgroundReader, INTEGRATIONS_CALLER } from '../reader.ts';
import type { Sandbox } from '../sandbox.ts';
import { CountingWire, PASS, type Verdict, type WireCall } from '../wire.ts';
import { bringToken } from './person.ts';
import { follow, onProgress, type ProgressLine } from './progress.ts';

/** Far longer than a rotation takes, for a machine that is busy with other things. */
const TIMEOUT_MILLISECONDS = 120_000;
const COMPLETED = 'Rotation Completed';

/** Who calls beside the functions that rotate: the integrations, and whoever looks at the prompt page. */
const NOT_COUNTED: readonly (string | undefined)[] = [INTEGRATIONS_CALLER, 'intake'];

/** Counts what a rotation calls, and not what is only looked at meanwhile. */
export class FunctionsWire extends CountingWire {
  override before(call: WireCall): Verdict {
    return NOT_COUNTED.includes(call.caller) ? PASS : super.before(call);
  }
}

/** A sandbox with its integrations at work, and somebody who is told what happens. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly wire: FunctionsWire;
  readonly reader: BackgroundReader;
  readonly credential: Credential;
  readonly onLine: (line: ProgressLine) => void;
}

export interface Calls {
  readonly secretsManager: number;
  readonly dynamodb: number;
  readonly salesforce: number;
}

/** How a rotation ended, and which calls it took: those of the rotation alone, counted at the services. */
export interface RotationRun {
  readonly completed: boolean;
  readonly last: ProgressLine;
  readonly calls: Calls;
}

/** One rotation, asked for by rotate-now. Every integration logs in before it, all through it, and after it. */
export async function rotate(stage: Stage): Promise<RotationRun> {
  const { sandbox, wire, reader, credential, onLine } = stage;
  await reader.round();
  wire.calls.length = 0;
  const loginsBefore = reader.logins;
  reader.start();
  const ended = follow(sandbox, onLine, isEnd, TIMEOUT_MILLISECONDS);
  sandbox.pump.run();
  await sandbox.functions.invoke('watch', { action: 'rotate-now', credential: credential.name, by: 'demo' });
  const last = await helped(stage, ended);
  await sandbox.pump.stop();
  await sandbox.pump.settle();
  await reader.stop();
  const calls = {
    secretsManager: wire.count('secretsManager'),
    dynamodb: wire.count('dynamodb'),
    // A login does not say who logs in, so those of the integrations are taken off by number.
    salesforce: wire.count('salesforce') - (reader.logins - loginsBefore),
  };
  await reader.round();
  return { completed: last.event === COMPLETED, last, calls };
}

/** Waits for the end; where a person has to bring the token, one does. */
async function helped({ sandbox, credential, onLine }: Stage, ended: Promise<ProgressLine>) {
  if (!credential.token.sources.includes('operator')) return ended;
  const nobodyNeeded = new AbortController();
  const person = bringToken(sandbox, credential.name, onLine, nobodyNeeded.signal);
  const done = ended.finally(() => nobodyNeeded.abort());
  return Promise.race([done, person.then(() => done)]);
}

/** Lets the time pass after which the old one of two users is retired. The integrations go on meanwhile. */
export async function retireOldUser({ sandbox, reader, credential, onLine }: Stage): Promise<void> {
  if (credential.strategy.kind !== 'alternating-users') return;
  const silence = onProgress(sandbox, onLine);
  reader.start();
  sandbox.clock.advance(credential.strategy.retireAfter * 1_000);
  await sandbox.pump.settle();
  await reader.stop();
  await reader.round();
  silence();
}

function isEnd(line: ProgressLine): boolean {
  return line.event === COMPLETED || line.event === 'Rotation Blocked';
}
