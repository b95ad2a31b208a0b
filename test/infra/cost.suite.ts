import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type CostLine, costLines, type Payer } from '../bench/cost.ts';
import { billTable, priceTable } from '../bench/cost-tables.ts';
import { PRICES_OF } from '../bench/prices.ts';
import { measureUsage } from '../bench/usage.ts';
import { PROJECT_ROOT } from './example.ts';

describe('docs/cost.md shows what is measured now', () => {
  const page = readFileSync(`${PROJECT_ROOT}/docs/cost.md`, 'utf8');
  let lines: readonly CostLine[];
  beforeAll(async () => {
    lines = costLines(await measureUsage());
  }, 60_000);

  test.each<Payer>(['service', 'anyway', 'managed external secrets'])(
    'the bill of %s. If it changed, copy the table that is expected here into the page',
    (payer) => expect(page).toContain(billTable(lines, payer)),
  );

  test('the prices, and their date', () => {
    expect(page).toContain(priceTable());
    expect(page).toContain(PRICES_OF);
  });

  test('each sum that its text names', () => {
    const sums = [...page.matchAll(/\*\*\$(\d+\.\d\d)\*\*/g)].map(([, sum]) => sum);
    const together = [...page.matchAll(/\*\*Together\*\*[^*]*\*\*(\d+\.\d\d)\*\*/g)].map(([, sum]) => sum);
    expect(together).toHaveLength(3);
    expect(sums).not.toEqual([]);
    for (const sum of sums) expect(together).toContain(sum);
  });
});
