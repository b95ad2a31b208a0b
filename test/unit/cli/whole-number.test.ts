import { expect, test } from '@jest/globals';
import { wholeNumber } from '../../../lib/cli/whole-number.ts';

const BOUNDS = { from: 1, to: 200 };

test.each([
  ['1', 1],
  ['200', 200],
])('%s is taken', (text, number) => {
  expect(wholeNumber('--limit', text, BOUNDS)).toBe(number);
});

test.each(['0', '201', '-1', '1.5', '1e2', '', ' 5', 'x', '99999999999999999999'])(
  '%j is refused with the bounds',
  (text) => {
    expect(() => wholeNumber('--limit', text, BOUNDS)).toThrow('--limit takes a whole number from 1 to 200.');
  },
);
