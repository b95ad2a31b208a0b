import { styleText } from 'node:util';
import { padded, printable, widthOf, wrap } from './text.ts';

/** Colour only repeats what the words say. */
type Tone = 'trouble' | 'waiting';

export interface Cell {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

/** A label and what it says. */
export type Field = readonly [label: string, cell: Cell];

const GAP = '  ';
const COLOURS = { trouble: 'red', waiting: 'yellow' } as const;

export interface TableOptions {
  /** Of the terminal, in cells. @default every row is one line */
  readonly width?: number | undefined;
  /** Titles of columns that may be left out, the first one first. @default none */
  readonly expendable?: readonly string[];
}

/**
 * A table as lines. Where a terminal is too narrow, columns are wrapped between
 * words, then expendable ones are left out; where it is too narrow even for
 * that, each row becomes a block of fields, with all of them.
 */
export function drawTable(
  titles: readonly string[],
  rows: readonly (readonly Cell[])[],
  { width, expendable = [] }: TableOptions = {},
): readonly string[] {
  for (let count = 0; count <= expendable.length; count += 1) {
    const isKept = titles.map((title) => !expendable.slice(0, count).includes(title));
    const kept = <Part>(parts: readonly Part[]) => parts.filter((_, index) => isKept[index]);
    const lines = sideBySide(kept(titles), rows.map(kept), width);
    if (lines !== undefined) return lines;
  }
  return rows.flatMap((row, index) => [...(index === 0 ? [] : ['']), ...block(titles, row, width)]);
}

function block(titles: readonly string[], row: readonly Cell[], width?: number): readonly string[] {
  return drawFields(
    row.map((cell, index) => [titles[index] ?? '', cell]),
    width,
  );
}

/** `undefined` where there is no room for it. */
function sideBySide(
  titles: readonly string[],
  rows: readonly (readonly Cell[])[],
  width?: number,
): readonly string[] | undefined {
  const texts = [titles, ...rows.map((row) => row.map(({ text }) => printable(text)))];
  const widths = columnWidths(texts, width);
  if (widths === undefined) return undefined;
  const heading = titles.map((text) => ({ text }));
  return [
    ...rowLines(heading, widths).map((line) => styleText('bold', line)),
    ...rows.flatMap((row) => rowLines(row, widths)),
  ];
}

/** Labels in a column of their own, and what they say beside them. */
export function drawFields(fields: readonly Field[], width?: number): readonly string[] {
  const labels = Math.max(0, ...fields.map(([label]) => widthOf(label)));
  const beside = width === undefined ? undefined : Math.max(1, width - labels - GAP.length);
  return fields.flatMap(([label, cell]) =>
    linesOf(cell, beside).map((line, index) => `${padded(index === 0 ? label : '', labels)}${GAP}${line}`),
  );
}

/** `undefined` where not even the longest words fit. */
function columnWidths(
  texts: readonly (readonly string[])[],
  width: number | undefined,
): readonly number[] | undefined {
  const columns = texts[0]?.map((_, index) => texts.map((row) => row[index] ?? '')) ?? [];
  const widths = columns.map((cells) => Math.max(...cells.map(widthOf)));
  if (width === undefined) return widths;
  const least = columns.map((cells) =>
    Math.max(...cells.flatMap((cell) => cell.split(' ')).map((word) => widthOf(word))),
  );
  const room = width - GAP.length * (columns.length - 1);
  if (sum(least) > room) return undefined;
  while (sum(widths) > room) {
    const widest = widestThatShrinks(widths, least);
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function widestThatShrinks(widths: readonly number[], least: readonly number[]): number {
  const spare = widths.map((width, index) => (width > (least[index] ?? 0) ? width : 0));
  return spare.indexOf(Math.max(...spare));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function rowLines(row: readonly Cell[], widths: readonly number[]): readonly string[] {
  const cells = row.map((cell, index) => linesOf(cell, widths[index], widths[index]));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, index) => lines[line] ?? ' '.repeat(widths[index] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

function linesOf({ text, tone }: Cell, width?: number, filledTo = 0): readonly string[] {
  const shown = printable(text);
  const lines = width === undefined ? [shown] : wrap(shown, width);
  return lines.map((line) => padded(line, filledTo)).map((line) => (tone ? coloured(line, tone) : line));
}

function coloured(line: string, tone: Tone): string {
  return styleText(COLOURS[tone], line);
}
