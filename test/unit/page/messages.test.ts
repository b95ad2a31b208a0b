import { describe, expect, test } from '@jest/globals';
import { refusals, rollbackRefusals } from '../../../lib/core/domain/refusal.ts';
import { selfRefusals } from '../../../lib/core/domain/self-refusals.ts';
import { en, type MessageKey } from '../../../lib/page/wording/en.ts';
import { ja } from '../../../lib/page/wording/ja.ts';
import { refusalsJa } from '../../../lib/page/wording/refusals-ja.ts';

const KEYS = Object.keys(en) as readonly MessageKey[];
const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/;

function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
}

describe('the sentences of the page', () => {
  test('exist in both languages, and no others', () => {
    expect(Object.keys(ja).sort()).toEqual([...KEYS].sort());
  });

  test.each(KEYS)('%s has the same words to fill in', (key) => {
    expect(placeholders(ja[key])).toEqual(placeholders(en[key]));
  });

  test.each(KEYS)('%s says something in its language', (key) => {
    expect(en[key]).toMatch(/[a-z]/i);
    expect(en[key]).not.toMatch(JAPANESE);
    // A message that only joins what is filled in has no words of its own.
    if (ja[key].replace(/\{\w+\}|[().。]/g, '') !== '') expect(ja[key]).toMatch(JAPANESE);
  });

  test.each(KEYS)('%s is no markup, and has braces around names only', (key) => {
    for (const text of [en[key], ja[key]]) {
      expect(text).not.toMatch(/[<>&]/);
      expect(text.replace(/\{\w+\}/g, '')).not.toMatch(/[{}]/);
    }
  });
});

describe('the refusals of core', () => {
  const made = [refusals, rollbackRefusals, selfRefusals]
    .flatMap(Object.values)
    .map((refuse) =>
      (refuse as (...texts: string[]) => { readonly code: keyof typeof refusalsJa })('a', 'b', 'c'),
    );

  test('all have Japanese words', () => {
    const codes = made.map(({ code }) => code);
    expect(Object.keys(refusalsJa).sort()).toEqual([...new Set(codes)].sort());
    for (const { what, remedy } of Object.values(refusalsJa)) {
      expect(what).toMatch(JAPANESE);
      expect(remedy).toMatch(JAPANESE);
    }
  });
});
