import { RotationError } from '../errors.ts';
import type { RandomSource } from '../ports/random-source.ts';
import { Redacted } from '../redacted.ts';
import {
  CHARACTER_CLASSES,
  checkPassword,
  forbiddenTexts,
  LONGEST_PASSWORD,
  type PasswordOwner,
  type PasswordPolicy,
  SHORTEST_PASSWORD,
  STRICT_POLICY,
} from './policy.ts';

/** No password can be made under this policy, of this length, or from this random source. Nothing was changed. */
export class PasswordNotPossible extends RotationError {
  readonly code = 'PasswordNotPossible';
  readonly retryable = false;
}

export interface PasswordRequest {
  /** @default STRICT_POLICY */
  readonly policy?: PasswordPolicy;
  /** Characters, from the policy's minimum to 50. @default 32, or the policy's minimum if that is more */
  readonly length?: number;
  /** The username, its local part and the names never occur in the password, in whatever case. */
  readonly avoid: PasswordOwner;
  readonly random: RandomSource;
}

const DEFAULT_PASSWORD_LENGTH = 32;

// The worst case, five characters of all four classes, succeeds once in seven draws; a
// source for which all of these fail is not random.
const MOST_DRAWS = 2_000;
const MOST_READS_PER_DRAW = 100;

/**
 * A new password, uniform over all that satisfy the policy, hold every class of
 * characters and avoid the owner's names: each draw is uniform, and one that
 * does not fit is thrown away whole. (Placing one character of each class and
 * shuffling would favour some passwords over others.)
 *
 * @throws PasswordNotPossible when the policy or the length is out of range, or
 *   the random source does not yield a fitting password.
 */
export function generatePassword(request: PasswordRequest): Redacted<string> {
  const { policy = STRICT_POLICY, avoid, random } = request;
  const length = request.length ?? Math.max(DEFAULT_PASSWORD_LENGTH, policy.minimumLength);
  refuseOutOfRange(policy, length);

  const alphabet = alphabetFor(avoid);
  const wanted: PasswordPolicy = { ...policy, complexity: 'upper-lower-numeric-special' };
  for (let draw = 0; draw < MOST_DRAWS; draw += 1) {
    const candidate = drawText(alphabet, length, random);
    if (candidate && checkPassword(wanted, avoid, candidate).length === 0) return candidate;
  }
  throw new PasswordNotPossible(
    `No password of ${length} characters came out in ${MOST_DRAWS} draws that has every class of characters and ` +
      "avoids the user's names; check the random source.",
  );
}

function refuseOutOfRange(policy: PasswordPolicy, length: number): void {
  const { minimumLength } = policy;
  if (!isWithin(minimumLength, SHORTEST_PASSWORD, LONGEST_PASSWORD)) {
    throw new PasswordNotPossible(
      `A password policy's minimum length is a whole number from ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD}, not ${minimumLength}.`,
    );
  }
  if (!isWithin(length, minimumLength, LONGEST_PASSWORD)) {
    throw new PasswordNotPossible(
      `Under this policy a password has ${minimumLength} to ${LONGEST_PASSWORD} characters, not ${length}.`,
    );
  }
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/**
 * A name of a single character occurs in nearly every password, so it is taken
 * out of the alphabet instead of being left to redrawing. At most three are, so
 * no class runs empty.
 */
function alphabetFor(owner: PasswordOwner): string {
  const unwanted = new Set(forbiddenTexts(owner).map(({ text }) => text));
  return Object.values(CHARACTER_CLASSES)
    .flatMap((characters) => [...characters])
    .filter((character) => !unwanted.has(character.toLowerCase()))
    .join('');
}

/** Bytes at or above the largest multiple of the alphabet's size are skipped: a plain remainder would favour its start. */
function drawText(alphabet: string, length: number, random: RandomSource): Redacted<string> | undefined {
  const bound = 256 - (256 % alphabet.length);
  let text = '';
  for (let read = 0; read < MOST_READS_PER_DRAW && text.length < length; read += 1) {
    for (const byte of random.bytes(length - text.length)) {
      if (byte < bound) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text.length === length ? Redacted.of(text) : undefined;
}
