import type { Credential } from '../../config/load.ts';
import { type CredentialState, unknownState } from '../../domain/state.ts';
import { RotationError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { Workbench } from '../../reconcile/workbench.ts';
import { draftFindings } from './draft-findings.ts';
import type { Finding } from './finding.ts';
import { ledgerFindings } from './ledger-findings.ts';
import type { Leftover } from './leftover.ts';
import { isQuiet, lookForLeftovers } from './leftovers.ts';
import { lookAtPreflight, phaseOf } from './preflight-findings.ts';
import { blockedFinding, resumption } from './resumption.ts';
import { rotationFindings } from './rotation-findings.ts';
import { secretFindings } from './secret-findings.ts';

/** A diagnosis, and what a repair needs of it. */
export interface Examination {
  /** `undefined` where the ledger does not know the credential. */
  readonly state: CredentialState | undefined;
  readonly findings: readonly Finding[];
}

/** How often a look is begun anew because the state changed during it; the last one counts. */
const MOST_LOOKS = 2;

/**
 * Looks at everything of one credential. It reads only: it costs no login
 * attempt, and writes neither to the ledger nor to a secret. What goes on
 * meanwhile may make a look untrue, so it is repeated once where the ledger moved.
 */
export async function examine(ports: Ports, credential: Credential): Promise<Examination> {
  let state = await ports.ledger.load(credential.name);
  for (let look = 1; ; look += 1) {
    const findings = await findingsOf(new Workbench(ports, credential), state);
    const now = await ports.ledger.load(credential.name);
    if (now?.version === state?.version || look >= MOST_LOOKS) return { state, findings };
    state = now;
  }
}

async function findingsOf(bench: Workbench, known: CredentialState | undefined): Promise<Finding[]> {
  const { credential, ports } = bench;
  const now = ports.clock.now();
  const state = known ?? unknownState(credential.name, now.toISOString());
  const preflight = await lookAtPreflight(bench, state);
  const drafted = await safely(bench, () => draftFindings(bench, state));
  const passes = preflight.passes && drafted.length === 0;
  return withoutRepetition([
    ...(known === undefined ? [neverSeen(credential)] : rotationFindings(state, credential, now)),
    ...(state.phase === 'blocked'
      ? [blockedFinding(state, credential, resumption(state, credential, passes, now))]
      : []),
    ...preflight.findings,
    ...drafted,
    ...ledgerFindings(state, credential, now),
    ...(known !== undefined && isQuiet(known, now) ? await leftByRotations(bench, known) : []),
  ]);
}

async function leftByRotations(bench: Workbench, state: CredentialState): Promise<Finding[]> {
  const leftovers = await safely(bench, async () =>
    (await lookForLeftovers(bench, state)).map(({ finding }: Leftover) => finding),
  );
  const strays =
    phaseOf(state) === 'idle'
      ? await safely(bench, () => secretFindings(new Workbench(bench.ports, bench.credential), state))
      : [];
  return [...leftovers, ...strays];
}

/** What one look cannot find out does not keep the others from looking. */
async function safely({ credential }: Workbench, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof RotationError)) throw error;
    return [
      {
        code: 'no-answer',
        severity: 'problem',
        where: credential.name,
        message: `What rotations left behind could not be looked at: ${error.publicMessage}`,
        remedy: `Look again in a minute: sfrotate doctor ${credential.name}`,
        fixable: false,
      },
    ];
  }
}

function neverSeen({ name }: Credential): Finding {
  return {
    code: 'never-seen',
    severity: 'warning',
    where: name,
    message:
      'The ledger has no record of it: it is new, or the ledger was lost. The next look of the watch reads it from the secrets.',
    remedy: `sfrotate doctor ${name} --fix`,
    fixable: true,
  };
}

/** The ledger and the org may say the same of a user. */
function withoutRepetition(findings: readonly Finding[]): Finding[] {
  const keys = new Set<string>();
  return findings.filter(({ code, where }) => {
    const key = JSON.stringify([code, where]);
    if (keys.has(key)) return false;
    keys.add(key);
    return true;
  });
}
