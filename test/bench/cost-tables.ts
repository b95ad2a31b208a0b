import { type CostLine, type Payer, totalOf } from './cost.ts';
import { PRICES, type Price } from './prices.ts';

/** The tables of docs/cost.md, in Markdown. */

export function billTable(lines: readonly CostLine[], payer: Payer): string {
  const rows = lines
    .filter((line) => line.payer === payer)
    .map(({ item, quantity, price, dollars }) => [
      item,
      numberOf(quantity),
      priceOf(price),
      dollarsOf(dollars),
    ]);
  const total = ['**Together**', '', '', `**${dollarsOf(totalOf(lines, payer))}**`];
  return table(['item', 'in a month', 'price', '$ a month'], [...rows, total]);
}

export function priceTable(): string {
  const rows = Object.values<Price>(PRICES).map((price) => [
    priceOf(price),
    price.page,
    CHECKED[price.checked],
  ]);
  return table(['price', 'published at', 'checked against'], rows);
}

const CHECKED: Readonly<Record<Price['checked'], string>> = {
  AWS: 'a stored copy of that page',
  others: 'what others quote from it',
  not: 'nothing: from memory',
};

function priceOf({ dollars, per, unit }: Price): string {
  const amount = dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 10 });
  return `$${amount} per ${per === 1 ? unit : `${numberOf(per)} ${unit}s`}`;
}

/** Cents; less than half a cent is said so. */
function dollarsOf(dollars: number): string {
  return dollars < 0.005 ? '< 0.01' : dollars.toFixed(2);
}

function numberOf(quantity: number): string {
  return quantity.toLocaleString('en-US', { maximumFractionDigits: quantity < 10 ? 2 : 0 });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const written = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [
    written(head),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.map(written),
  ].join('\n');
}
