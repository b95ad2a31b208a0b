import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDuration } from '../../../../lib/core/config/duration.ts';

const UNITS: readonly (readonly [seconds: number, ...words: string[]])[] = [
  [1, 's', 'second', 'seconds'],
  [60, 'm', 'min', 'minute', 'minutes'],
  [3_600, 'h', 'hour', 'hours'],
  [86_400, 'd', 'day', 'days'],
];

describe('a duration', () => {
  test('is a whole number and a unit, with or without a blank, in any case', () => {
    const unit = fc.constantFrom(
      ...UNITS.flatMap(([seconds, ...words]) => words.map((word) => ({ seconds, word }))),
    );
    const blanks = fc.constantFrom('', ' ', '   ');
    fc.assert(
      fc.property(
        fc.nat({ max: 999_999 }),
        unit,
        blanks,
        fc.boolean(),
        (count, { seconds, word }, blank, upper) => {
          const text = `${blank}${count}${blank}${upper ? word.toUpperCase() : word}${blank}`;
          expect(parseDuration(text)).toBe(count * seconds);
        },
      ),
    );
  });

  test('whatever text is given, is a whole number of seconds or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const seconds = parseDuration(text);
        expect(seconds === undefined || (Number.isSafeInteger(seconds) && seconds >= 0)).toBe(true);
      }),
    );
  });

  test.each([
    '',
    '30',
    'days',
    '-1 day',
    '1.5h',
    '1 month',
    '1h30m',
    '1e3s',
    '1000000d',
    '٣ days',
    '1 constructor',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
