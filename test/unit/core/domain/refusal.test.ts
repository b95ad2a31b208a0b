import { describe, expect, test } from '@jest/globals';
import { type Refusal, refusals, rollbackRefusals } from '../../../../lib/core/domain/refusal.ts';
import { selfRefusals } from '../../../../lib/core/domain/self-refusals.ts';

// Each refusal is made with places that can be recognised in its text. What
// Salesforce says is handed on as its own sentence, with its own full stop.
const PLACE = 'place-4711';
const DETAILS: Readonly<Record<string, string>> = {
  loginRestricted: 'The user is not allowed to log in from this IP address.',
  loginDisabled: 'SOAP API login() is disabled by default in this org.',
  passwordRefused: 'Your password cannot be easy to guess.',
  permissionMissing: 'You do not have permission to view this record.',
  attemptsSpent: '2026-11-01T13:00:00.000Z',
};
const MAKERS = Object.entries(refusals) as unknown as [
  string,
  (place: string, detail: string, other: string) => Refusal,
][];
const made = MAKERS.map(
  ([name, make]) => [name, make(PLACE, DETAILS[name] ?? 'it is empty', 'a and b')] as const,
);

describe('every refusal', () => {
  test.each(made)('%s names its place and ends in sentences', (_name, refusal) => {
    expect(refusal.message).toContain(`"${PLACE}"`);
    for (const text of [refusal.message, refusal.remedy]) {
      expect(text).toMatch(/^\S.*\.$/);
      expect(text).not.toMatch(/\.\.|\s\s|undefined/);
    }
  });

  test.each(made)('%s says what to do', (_name, refusal) => {
    expect(refusal.remedy.length).toBeGreaterThan(20);
    expect(refusal.remedy).toMatch(/resume/);
  });

  test.each(made)(
    '%s says that the password in force is safe, or what became of it',
    (_name, { message }) => {
      expect(message).toMatch(
        /Nothing was changed|Salesforce was not touched|safe in the draft|still in force|No further attempt|not used|was not overwritten|must not be guessed/,
      );
    },
  );

  test('has a code of its own, which is what documentation refers to', () => {
    const codes = made.map(([, { code }]) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test('a budget that is used up says from when on resuming helps', () => {
    const refusal = refusals.attemptsSpent('u', '2026-11-01T13:00:00.000Z');
    expect(refusal.notBefore).toBe('2026-11-01T13:00:00.000Z');
    expect(refusal.remedy).toContain('2026-11-01T13:00:00.000Z');
  });

  test('there are as many as the operator’s guide knows', () => {
    expect(made).toHaveLength(28);
  });
});

describe('every refusal where the service is the user itself', () => {
  test.each(Object.entries(selfRefusals))(
    '%s names the user, what is in force, and what to do',
    (_name, make) => {
      const { message, remedy } = make(PLACE, 'not allowed.');
      expect(message).toContain(`"${PLACE}"`);
      expect(message).toMatch(/Nothing was changed\.$|still in force\.$|was not set\.$/);
      expect(remedy).toMatch(/^[A-Z].*, then resume\.$/);
    },
  );
});

describe('every refusal of a rollback', () => {
  const rollbacks = Object.values(rollbackRefusals).map((make) => make(PLACE, 'its version is gone'));

  test('names its place, says that nothing was changed, and what to do instead', () => {
    expect(rollbacks).toHaveLength(3);
    for (const { message, remedy } of rollbacks) {
      expect(message).toContain(`"${PLACE}"`);
      expect(message).toMatch(/Nothing was changed\.|keeps the current one\.$/);
      expect(remedy).toMatch(/\b(rotate|ask)\b.*\.$/i);
    }
  });

  test('has a code of its own', () => {
    const codes = rollbacks.map(({ code }) => code);
    expect(new Set([...codes, ...made.map(([, { code }]) => code)]).size).toBe(codes.length + made.length);
  });
});
