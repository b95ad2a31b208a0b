import { describe, expect, test } from '@jest/globals';
import { drawFields, drawTable } from '../../../lib/cli/table.ts';
import { widthOf } from '../../../lib/cli/text.ts';

const TITLES = ['Name', 'Waiting for'];
const ROWS = [
  [{ text: 'billing' }, { text: 'a person who brings the new token' }],
  [{ text: '売上' }, { text: 'nothing' }],
];

describe('a table', () => {
  test('has a line for each row where there is room, or nobody says how much', () => {
    expect(drawTable(TITLES, ROWS)).toEqual([
      'Name     Waiting for',
      'billing  a person who brings the new token',
      '売上     nothing',
    ]);
    expect(drawTable(TITLES, ROWS, { width: 80 })).toEqual(drawTable(TITLES, ROWS));
  });

  test('is wrapped between words where it is narrow, the widest column first', () => {
    expect(drawTable(TITLES, ROWS, { width: 25 })).toEqual([
      'Name     Waiting for',
      'billing  a person who',
      '         brings the new',
      '         token',
      '売上     nothing',
    ]);
  });

  test('becomes a block for each row where not even the words fit side by side', () => {
    expect(drawTable(TITLES, ROWS.slice(0, 1), { width: 15 })).toEqual([
      'Name         bi',
      '             ll',
      '             in',
      '             g',
      ...drawFields([['Waiting for', { text: 'a person who brings the new token' }]], 15),
    ]);
  });

  test('leaves out what is expendable before that, and nothing else', () => {
    const options = { expendable: ['Age', 'Name'] };
    const titles = ['Name', 'Age', 'Waiting for'];
    const rows = [[{ text: 'billing' }, { text: '12d' }, { text: 'nothing' }]];
    const draw = (width: number) => drawTable(titles, rows, { ...options, width });
    expect(draw(25)).toEqual(['Name     Age  Waiting for', 'billing  12d  nothing']);
    expect(draw(18)).toEqual(['Name     Waiting', '         for', 'billing  nothing']);
    expect(draw(12)).toEqual(['Waiting for', 'nothing']);
    expect(draw(6)[0]).toBe('Name         b');
  });

  test('has a blank line between blocks', () => {
    expect(drawTable(['A'], [[{ text: 'xyz' }], [{ text: 'xyz' }]], { width: 2 })).toEqual([
      'A  x',
      '   y',
      '   z',
      '',
      'A  x',
      '   y',
      '   z',
    ]);
  });

  test.each([10, 20, 30, 40, 60])('is never wider than %d cells, but for the labels of blocks', (width) => {
    for (const line of drawTable(TITLES, ROWS, { width }))
      expect(widthOf(line)).toBeLessThanOrEqual(Math.max(width, 'Waiting for'.length + 4));
  });

  test('shows nothing that a terminal would obey', () => {
    expect(drawTable(['A'], [[{ text: 'x\u001b[2J\ny' }]])).toEqual(['A', 'x y']);
  });
});

test('fields stand beside their labels, and what is long goes on below itself', () => {
  expect(
    drawFields(
      [
        ['Message', { text: 'It is stuck here.' }],
        ['User', { text: 'ann' }],
      ],
      20,
    ),
  ).toEqual(['Message  It is stuck', '         here.', 'User     ann']);
});
