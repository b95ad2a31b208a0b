import type { IntegrationConfig } from '../../core/config/schema.ts';
import { combined, parseCredential } from '../../core/domain/credential-value.ts';
import type { ReadableLogin } from '../../core/formats/format.ts';
import { Redacted } from '../../core/redacted.ts';
import { readLedgerState } from '../ledger-view.ts';
import { type Sandbox, startSandbox } from '../sandbox.ts';
import { CREDENTIAL } from '../scenario.ts';
import { CountingWire } from '../wire.ts';
import type { DemoOptions } from './options.ts';
import { follow, type ProgressLine } from './progress.ts';
import { type Proof, prove, takeSnapshot } from './proof.ts';

/** Far longer than a rotation takes, for a machine that is busy with other things. */
const TIMEOUT_MILLISECONDS = 120_000;

export interface DemoReport {
  readonly ok: boolean;
  readonly rotationId: string;
  readonly strategy: string;
  readonly source: string;
  readonly integrations: Proof['integrations'];
  readonly oldCredentialRefused: boolean;
  /** From the password set at Salesforce to the last integration secret swapped; `null` where the swap did not happen. */
  readonly outageSeconds: number | null;
  readonly calls: { readonly secretsManager: number; readonly dynamodb: number; readonly salesforce: number };
  /** Why it is not ok. */
  readonly error?: string;
}

/**
 * One real rotation in a fresh sandbox, asked for by rotate-now, and the proof
 * of it. The calls are those of the rotation alone, counted at the services.
 */
export async function runDemo(
  options: DemoOptions,
  onLine: (line: ProgressLine) => void,
): Promise<DemoReport> {
  const wire = new CountingWire();
  const sandbox = await startSandbox({
    wire,
    scenario: { integrations: options.integrations, source: options.source },
  });
  try {
    await sandbox.pump.settle();
    return await rotateAndProve(sandbox, wire, options, onLine);
  } finally {
    await sandbox.close();
  }
}

async function rotateAndProve(
  sandbox: Sandbox,
  wire: CountingWire,
  options: DemoOptions,
  onLine: (line: ProgressLine) => void,
): Promise<DemoReport> {
  const integrations: readonly IntegrationConfig[] =
    sandbox.configuration.credentials.get(CREDENTIAL)?.integrations ?? [];
  const before = takeSnapshot(sandbox, integrations);
  const oldLogin = currentLogin(sandbox);

  wire.calls.length = 0;
  const ended = follow(sandbox, onLine, isEnd, TIMEOUT_MILLISECONDS);
  sandbox.pump.run();
  await sandbox.functions.invoke('watch', { action: 'rotate-now', credential: CREDENTIAL, by: 'demo' });
  const last = await ended;
  await sandbox.pump.stop();
  await sandbox.pump.settle();
  const calls = {
    secretsManager: wire.count('secretsManager'),
    dynamodb: wire.count('dynamodb'),
    salesforce: wire.count('salesforce'),
  };

  const proof = await prove(before, takeSnapshot(sandbox, integrations), oldLogin);
  const done = (await readLedgerState(sandbox, CREDENTIAL))?.last;
  const completed = last.event === 'Rotation Completed';
  return {
    ok: completed && proof.holds,
    rotationId: done?.id ?? '',
    strategy: options.strategy,
    source: done?.source ?? options.source,
    integrations: proof.integrations,
    oldCredentialRefused: proof.oldCredentialRefused,
    outageSeconds: secondsBetween(done?.passwordSetAt, done?.lastFlipAt ?? done?.completedAt),
    calls,
    ...(completed ? {} : { error: last.message }),
  };
}

function isEnd(line: ProgressLine): boolean {
  return line.event === 'Rotation Completed' || line.event === 'Rotation Blocked';
}

/** What the credential secret itself logs in with. */
function currentLogin(sandbox: Sandbox): ReadableLogin {
  const { secret } = sandbox.configuration.credentials.get(CREDENTIAL) ?? { secret: '' };
  const value = sandbox.secretsManager.getSecretValue({ SecretId: secret });
  const parsed = parseCredential(Redacted.of(value.SecretString ?? ''));
  if (parsed.kind !== 'value') throw new Error(`the credential secret "${secret}" cannot be read`);
  const { username, loginUrl } = parsed.value;
  return { username, loginUrl, combinedPassword: combined(parsed.value) };
}

function secondsBetween(from: string | undefined, to: string | undefined): number | null {
  if (from === undefined || to === undefined) return null;
  return (Date.parse(to) - Date.parse(from)) / 1_000;
}
