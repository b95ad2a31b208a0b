import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { generatePassword, PasswordNotPossible } from '../../../../lib/core/password/generate.ts';
import {
  CHARACTER_CLASSES,
  checkPassword,
  type PasswordComplexity,
  type PasswordPolicy,
} from '../../../../lib/core/password/policy.ts';
import type { RandomSource } from '../../../../lib/core/ports/random-source.ts';

const COMPLEXITIES: PasswordComplexity[] = [
  'no-restriction',
  'alpha-numeric',
  'special-characters',
  'upper-lower-numeric',
  'upper-lower-numeric-special',
  'any-3',
];
const AVOID = { username: 'billing@acme.com', firstName: 'Bill', lastName: 'Ing' };

/** A hash over a counter: repeatable, and as even as any generator. */
function seeded(seed: string | number): RandomSource {
  let block = 0;
  let pool: number[] = [];
  return {
    bytes(count) {
      while (pool.length < count) {
        pool.push(...createHash('sha256').update(`${seed}:${block}`).digest());
        block += 1;
      }
      const taken = pool.slice(0, count);
      pool = pool.slice(count);
      return Uint8Array.from(taken);
    },
  };
}

const constant = (byte: number): RandomSource => ({ bytes: (count) => new Uint8Array(count).fill(byte) });

describe('generatePassword', () => {
  const name = fc.oneof(
    fc.constant(''),
    fc.stringMatching(/^[A-Za-z0-9!<]$/),
    fc.stringMatching(/^[A-Za-z]{2,12}$/),
    fc.string({ unit: 'grapheme', maxLength: 10 }),
  );
  const username = fc.oneof(
    fc.constant(''),
    fc.stringMatching(/^[a-z]{1,2}@[a-z]{1,9}\.com$/),
    fc.emailAddress(),
  );

  test.each(COMPLEXITIES)('satisfies %s, whatever the length and the names', (complexity) => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 5, max: 50 }),
        fc.integer({ min: 0, max: 45 }),
        fc.record({ username, firstName: name, lastName: name }),
        (seed, minimumLength, more, avoid) => {
          const policy: PasswordPolicy = { minimumLength, complexity };
          const length = Math.min(50, minimumLength + more);
          const password = generatePassword({ policy, length, avoid, random: seeded(seed) });
          expect(checkPassword(policy, avoid, password)).toEqual([]);
          const text = password.reveal();
          expect(text).toHaveLength(length);
          for (const characters of Object.values(CHARACTER_CLASSES)) {
            expect([...text].some((character) => characters.includes(character))).toBe(true);
          }
          expect(text).toMatch(/^[A-Za-z0-9!#$%\-_=+<>]+$/);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('has 32 characters unless told otherwise, more if the policy asks for more', () => {
    const random = seeded(1);
    const policy = { minimumLength: 40, complexity: 'any-3' } as const;
    expect(generatePassword({ avoid: AVOID, random }).reveal()).toHaveLength(32);
    expect(generatePassword({ avoid: AVOID, random, policy }).reveal()).toHaveLength(40);
  });

  test('is decided by the random source alone', () => {
    const once = (seed: number) => generatePassword({ avoid: AVOID, random: seeded(seed) }).reveal();
    expect(once(7)).toBe(once(7));
    expect(once(7)).not.toBe(once(8));
  });

  test('favours no character and no place', () => {
    const random = seeded('even');
    const texts = Array.from({ length: 4_000 }, () =>
      generatePassword({ avoid: { username: 'integration@acme.com' }, random }).reveal(),
    );
    const alphabet = Object.values(CHARACTER_CLASSES).join('');
    expect(chiSquare(texts.join(''), alphabet)).toBeLessThan(criticalFor(alphabet.length));
    for (const place of [0, 15, 31]) {
      const column = texts.map((text) => text.charAt(place)).join('');
      expect(chiSquare(column, alphabet)).toBeLessThan(criticalFor(alphabet.length));
    }
    expect(new Set(texts).size).toBe(texts.length);
  });

  test.each([
    ['longer than 50', { length: 51 }, 'Under this policy a password has 8 to 50 characters, not 51.'],
    ['shorter than the policy', { length: 7 }, 'Under this policy a password has 8 to 50 characters, not 7.'],
    ['not a whole number', { length: 8.5 }, 'Under this policy a password has 8 to 50 characters, not 8.5.'],
    [
      'policy out of range',
      { policy: { minimumLength: 4, complexity: 'any-3' as const } },
      "A password policy's minimum length is a whole number from 5 to 50, not 4.",
    ],
    ['a source of one value', { random: constant(3) }, expect.stringContaining('check the random source')],
    [
      'a source that is always rejected',
      { random: constant(255) },
      expect.stringContaining('check the random source'),
    ],
    [
      'a source without bytes',
      { random: { bytes: () => new Uint8Array() } },
      expect.stringContaining('check the random source'),
    ],
  ])('refuses with a sentence: %s', (_name, change, message) => {
    const generate = () => generatePassword({ avoid: AVOID, random: seeded(1), ...change });
    expect(generate).toThrow(PasswordNotPossible);
    expect(generate).toThrow(
      expect.objectContaining({ code: 'PasswordNotPossible', retryable: false, message }),
    );
  });
});

function chiSquare(text: string, alphabet: string): number {
  const expected = text.length / alphabet.length;
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...alphabet]
    .map((character) => ((counts.get(character) ?? 0) - expected) ** 2 / expected)
    .reduce((sum, term) => sum + term, 0);
}

/** Mean and six standard deviations of the chi-square distribution: the seed is fixed, so this never flickers. */
function criticalFor(size: number): number {
  return size - 1 + 6 * Math.sqrt(2 * (size - 1));
}
