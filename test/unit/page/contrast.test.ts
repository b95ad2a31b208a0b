import { describe, expect, test } from '@jest/globals';
import { STYLE } from '../../../lib/page/assets/style.ts';

/** Text on its ground needs 4.5 to 1, the border of a field 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11). */
const PAIRS = [
  ['text', 'ground', 4.5],
  ['text', 'raised', 4.5],
  ['text', 'bad-ground', 4.5],
  ['quiet', 'ground', 4.5],
  ['quiet', 'raised', 4.5],
  ['accent', 'ground', 4.5],
  ['accent', 'raised', 4.5],
  ['on-accent', 'accent', 4.5],
  ['good', 'ground', 4.5],
  ['bad', 'bad-ground', 4.5],
  ['line', 'ground', 3],
  ['line', 'raised', 3],
  ['bad', 'ground', 3],
] as const;

/** The colours of the light page, and those of the dark one. */
const SCHEMES = [...STYLE.matchAll(/:root \{([^}]*)\}/g)].map(([, block = '']) =>
  Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  ),
);

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('the colours of the %s page', (_name, index) => {
  test.each(PAIRS)('%s on %s can be told apart at %d to 1', (front, back, ratio) => {
    const scheme = SCHEMES[index] ?? {};
    expect(contrast(scheme[front] ?? '', scheme[back] ?? '')).toBeGreaterThanOrEqual(ratio);
  });

  test('are all of those that the style sheet uses', () => {
    const used = new Set([...STYLE.matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => name ?? ''));
    expect([...used].filter((name) => !(name in (SCHEMES[index] ?? {})))).toEqual([]);
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  });
});
