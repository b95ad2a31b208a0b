import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { printable, printableJson, widthOf, wrap } from '../../../lib/cli/text.ts';

/** One that has something that a terminal could obey. */
const HOSTILE = 'a\u001b[2Jb\u001b]0;title\u0007c\u009b31md\u0000e\u202ef\u200bg\r\nh\ti';

describe('text that is shown', () => {
  test('has nothing left that a terminal obeys, and is one line', () => {
    expect(printable(HOSTILE)).toBe('abcdefg h i');
  });

  test('is the same when it is harmless', () => {
    expect(printable('Integración "売上" · 3 von 4')).toBe('Integración "売上" · 3 von 4');
  });

  test('holds no control character, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

describe('JSON that is shown', () => {
  test('has nothing left that a terminal obeys, and reads as the same value', () => {
    const value = { text: HOSTILE, more: ['\u{E0001}', 'ü'] };
    const json = printableJson(value);
    expect(json).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(json)).toEqual(value);
  });
});

test.each([
  ['abc', 3],
  ['売上', 4],
  ['ｶﾅ', 2],
  ['ｆ', 2],
  ['e\u0301', 1],
  ['🔑', 2],
  ['', 0],
])('%j takes the cells that it takes on a terminal', (text, cells) => {
  expect(widthOf(text)).toBe(cells);
});

describe('wrapping', () => {
  test.each([
    ['one two three', 7, ['one two', 'three']],
    ['one two', 3, ['one', 'two']],
    ['abcdefgh ij', 4, ['abcd', 'efgh', 'ij']],
    ['売上 売上', 5, ['売上', '売上']],
    ['', 5, ['']],
  ])('%j in %d cells', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });

  test('loses nothing, and no line is too long', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme-ascii' }).map((word) => word.replaceAll(' ', ''))),
        fc.integer({ min: 1, max: 30 }),
        (words, width) => {
          const lines = wrap(words.join(' '), width);
          expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''));
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
