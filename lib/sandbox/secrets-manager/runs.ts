import { withoutLabel } from './labels.ts';
import { type RandomBytes, randomUuid } from './randomness.ts';
import { nextWindow } from './schedule.ts';
import {
  CURRENT,
  holderOf,
  PENDING,
  type RotationConfiguration,
  type RotationRules,
  type Run,
  type Secret,
  unfinishedVersion,
} from './secret.ts';
import { withoutVersion, withVersion } from './versions.ts';

/** How a failed rotation is repeated; AWS publishes neither number. */
export interface RetryOptions {
  /** Repetitions after the first try. @default 5 */
  readonly attempts: number;
  /** Before the first repetition, in seconds; doubles with each further one. @default 60 */
  readonly backoffSeconds: number;
}

/**
 * Starts a rotation: `AWSPENDING` goes to a new version id that has no value
 * yet.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html (VersionIdsToStages)
 */
export function startedRotation(secret: Secret, versionId: string, random: RandomBytes, now: number): Secret {
  const pending = withVersion(secret, {
    id: versionId,
    value: undefined,
    labels: [PENDING],
    writtenBy: 'rotation-function',
    at: now,
  });
  return { ...pending, run: newRun('rotation', versionId, random, now) };
}

/**
 * Starts a test of the rotation: a temporary `AWSPENDING` version that holds
 * what is current, so that a healthy secret passes its function's testSecret.
 */
export function startedTest(secret: Secret, versionId: string, random: RandomBytes, now: number): Secret {
  const pending = withVersion(secret, {
    id: versionId,
    value: holderOf(secret, CURRENT)?.value,
    labels: [PENDING],
    writtenBy: 'rotation-function',
    at: now,
  });
  return { ...pending, run: newRun('test', versionId, random, now) };
}

/** Tries the unfinished rotation again, from its first step, with all its retries. */
export function reattempted(secret: Secret, random: RandomBytes, now: number): Secret {
  const pending = unfinishedVersion(secret);
  if (!pending) return secret;
  const sameRun = secret.run?.versionId === pending.id ? secret.run : undefined;
  const run = sameRun ?? newRun('rotation', pending.id, random, now);
  return { ...secret, run: { ...run, failures: 0, dueAt: now } };
}

/** A scheduled rotation: whatever is unfinished is taken up again. */
export function scheduledRotation(secret: Secret, random: RandomBytes, now: number): Secret {
  const moved = withWindowAfter(secret, now);
  if (secret.run?.dueAt !== undefined) return moved;
  return unfinishedVersion(secret)
    ? reattempted(moved, random, now)
    : startedRotation(moved, randomUuid(random), random, now);
}

/**
 * Whether a rotation has anything to go on with. Removing `AWSPENDING` by hand
 * ends it, but not the failure of a function that had already made its version
 * current.
 */
export function canContinue(secret: Secret, run: Run): boolean {
  if (run.kind === 'test') return true;
  return unfinishedVersion(secret) !== undefined || holderOf(secret, CURRENT)?.id === run.versionId;
}

/** After a failure: due again later, or out of retries, or nothing left to retry. */
export function failedRun(secret: Secret, run: Run, retry: RetryOptions, now: number): Secret {
  if (run.kind === 'test') return endedTest(secret, run);
  if (!canContinue(secret, run)) return { ...secret, run: undefined };
  const failures = run.failures + 1;
  const delay = retry.backoffSeconds * 1000 * 2 ** (failures - 1);
  const dueAt = failures > retry.attempts ? undefined : now + delay;
  return { ...secret, run: { ...run, failures, dueAt } };
}

export function succeededRotation(secret: Secret, now: number): Secret {
  const rotated = secret.rotation && { ...secret.rotation, lastRotatedAt: now };
  return { ...secret, run: undefined, rotation: rotated && scheduledFrom(rotated, now) };
}

export function endedTest(secret: Secret, run: Run): Secret {
  return { ...withoutVersion(secret, run.versionId), run: undefined };
}

/** A manual new value during a rotation: the rotation ends without a result. */
export function abandonedRotation(secret: Secret): Secret {
  return { ...withoutLabel(secret, PENDING), run: undefined };
}

/** Sets the next window as if a rotation had happened now. */
export function scheduledFrom(rotation: RotationConfiguration, now: number): RotationConfiguration {
  const window = windowAfter(rotation.rules, now);
  return { ...rotation, windowOpensAt: window?.opensAt, rotateBy: window && window.closesAt - 1000 };
}

function withWindowAfter(secret: Secret, now: number): Secret {
  if (!secret.rotation) return secret;
  const windowOpensAt = windowAfter(secret.rotation.rules, now)?.opensAt;
  return { ...secret, rotation: { ...secret.rotation, windowOpensAt } };
}

function windowAfter(rules: RotationRules | undefined, now: number) {
  return rules && nextWindow(rules, now);
}

function newRun(kind: Run['kind'], versionId: string, random: RandomBytes, now: number): Run {
  return { kind, versionId, rotationToken: randomUuid(random), failures: 0, dueAt: now };
}
