import type { CredentialState, Phase } from '../../domain/state.ts';
import { RotationError } from '../../errors.ts';
import { isSelf } from '../../reconcile/plan-self.ts';
import type { Check, CheckName, CheckResult, Learned } from '../../reconcile/preflight-check.ts';
import { PREFLIGHT_CHECKS } from '../../reconcile/preflight-checks.ts';
import type { Workbench } from '../../reconcile/workbench.ts';
import { type Finding, ok } from './finding.ts';
import { refusalFinding } from './refusal-findings.ts';

/** What the checks of a preflight say now. */
export interface PreflightLook {
  /** Whether every check that applies was made and passed. */
  readonly passes: boolean;
  readonly learned: Learned;
  readonly findings: readonly Finding[];
}

/**
 * Makes every check of the preflight that still applies, also after one was
 * refused, as far as its own inputs allow. Reads only; no login attempt.
 */
export async function lookAtPreflight(bench: Workbench, state: CredentialState): Promise<PreflightLook> {
  const about = { credential: bench.credential.name, isBlocked: state.phase === 'blocked' };
  const findings: Finding[] = [];
  const notChecked: CheckName[] = [];
  let learned: Learned = {};
  for (const check of checksFor(state)) {
    const result = await runOf(check, bench, state, learned);
    if (result.kind === 'passed') learned = { ...learned, ...result.learned };
    if (result.kind === 'not-possible') notChecked.push(check.name);
    if (result.kind === 'no-answer') findings.push(noAnswer(check.name, result.problem, about.credential));
    if (result.kind === 'refused')
      findings.push(...result.wrong.map(({ where, refusal }) => refusalFinding(refusal, where, about)));
  }
  if (notChecked.length > 0) findings.push(withheld(notChecked, about.credential));
  const passes = findings.length === 0;
  const all = passes ? [ok('preflight-passes', about.credential, passesText(bench))] : findings;
  return { passes, learned, findings: all };
}

/** Of whom nothing is seen without a login, nothing is claimed. */
function passesText({ credential }: Workbench): string {
  return isSelf(credential)
    ? 'Every check before a rotation passes that costs no login. The user was not looked at: with a connection of kind "self", the heartbeat and a rotation do that.'
    : 'Every check before a rotation passes.';
}

/** Once a password is drafted, the draft is no longer expected empty; once the swap is decided, the users are no longer asked about. */
function checksFor(state: CredentialState): readonly Check[] {
  const left = LEFT_OUT[phaseOf(state)] ?? [];
  return PREFLIGHT_CHECKS.filter(({ name }) => !left.includes(name));
}

const LEFT_OUT: Partial<Record<Phase, readonly CheckName[]>> = {
  drafted: ['draft'],
  changing: ['draft'],
  'awaiting-token': ['draft'],
  verified: ['draft'],
  committing: ['draft', 'target', 'integrations', 'user', 'permission'],
};

/** The phase that a blocked credential goes back to. */
export function phaseOf({ phase, blocked }: CredentialState): Phase {
  return blocked?.from ?? phase;
}

async function runOf(
  { run }: Check,
  bench: Workbench,
  state: CredentialState,
  learned: Learned,
): Promise<CheckResult | { readonly kind: 'no-answer'; readonly problem: string }> {
  try {
    return await run({ bench, state, learned });
  } catch (error) {
    if (error instanceof RotationError) return { kind: 'no-answer', problem: error.publicMessage };
    throw error;
  }
}

function noAnswer(name: CheckName, problem: string, credential: string): Finding {
  return {
    code: 'no-answer',
    severity: 'problem',
    where: credential,
    message: `${CHECKED[name]} could not be checked: ${problem}`,
    remedy: `Look again in a minute: sfrotate doctor ${credential}`,
    fixable: false,
  };
}

function withheld(names: readonly CheckName[], credential: string): Finding {
  return {
    code: 'not-checked',
    severity: 'warning',
    where: credential,
    message: `Not checked, because something above stands in the way: ${names.map((name) => CHECKED[name]).join(', ')}.`,
    remedy: `Apply the remedies above, then look again: sfrotate doctor ${credential}`,
    fixable: false,
  };
}

const CHECKED: Readonly<Record<CheckName, string>> = {
  'credential-secret': 'the credential secret',
  'rotation-enabled': 'whether rotation is on',
  credential: 'the credential',
  connection: "the service's connection",
  'login-app': "the integrations' app",
  target: 'which user is next',
  draft: 'the draft',
  integrations: 'the integration secrets',
  user: 'the user',
  permission: "the connection's permission",
};
