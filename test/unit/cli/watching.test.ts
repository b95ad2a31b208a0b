import { describe, expect, test } from '@jest/globals';
import { CliError } from '../../../lib/cli/exit-codes.ts';
import { keepLooking, type Look, TerminalDisplay } from '../../../lib/cli/watching.ts';

const seen = (fingerprint: string): Look => ({
  lines: [`table ${fingerprint}`],
  ending: { exitCode: 0, text: `says ${fingerprint}`, details: {} },
  fingerprint,
});

/** Looks as often as there is something to see. */
async function watched(...looks: readonly (Look | Error)[]) {
  const shown: { lines: readonly string[]; text: string; isNew: boolean }[] = [];
  const left = [...looks];
  const look = async (): Promise<Look> => {
    const next = left.shift();
    if (next === undefined) throw new Error('nobody looks once more');
    if (next instanceof Error) throw next;
    return next;
  };
  async function* ticks() {
    while (left.length > 0) yield;
  }
  const display = {
    show: ({ lines, ending }: Look, isNew: boolean) => void shown.push({ lines, text: ending.text, isNew }),
  };
  await keepLooking(look, display, ticks());
  return shown;
}

describe('looking again and again', () => {
  test('tells what is new from what was seen before', async () => {
    const shown = await watched(seen('a'), seen('a'), seen('b'), seen('a'));
    expect(shown.map(({ text, isNew }) => [text, isNew])).toEqual([
      ['says a', true],
      ['says a', false],
      ['says b', true],
      ['says a', true],
    ]);
  });

  test('goes on where a look gets no answer, beside what was seen last', async () => {
    const shown = await watched(
      seen('a'),
      new CliError(4, 'No network.'),
      new CliError(4, 'No network.'),
      seen('a'),
    );
    expect(shown).toEqual([
      { lines: ['table a'], text: 'says a', isNew: true },
      { lines: ['table a'], text: 'No network.', isNew: true },
      { lines: ['table a'], text: 'No network.', isNew: false },
      { lines: ['table a'], text: 'says a', isNew: true },
    ]);
  });

  test('does not begin where the first look gets no answer', async () => {
    await expect(watched(new CliError(4, 'No network.'))).rejects.toThrow('No network.');
  });

  test('ends with a fault that is none of those', async () => {
    await expect(watched(seen('a'), new TypeError('broken'))).rejects.toThrow('broken');
  });
});

describe('a terminal', () => {
  function terminal(rows: number, columns = 80) {
    const written: string[] = [];
    const output = { write: (text: string) => written.push(text) > 0 };
    return { written, display: new TerminalDisplay(output as never, () => ({ rows, columns })) };
  }

  test('is drawn over from where the drawing began', () => {
    const { written, display } = terminal(24);
    display.show(seen('a'));
    display.show({ ...seen('b'), lines: ['one', 'two'] });
    display.show(seen('c'));
    expect(written).toEqual([
      'table a\nsays a\n',
      '\u001b[2A\r\u001b[0Jone\ntwo\nsays b\n',
      '\u001b[3A\r\u001b[0Jtable c\nsays c\n',
    ]);
  });

  test('that is low shows the worst and says that there is more', () => {
    const { written, display } = terminal(5);
    display.show({ ...seen('a'), lines: ['heading', '1', '2', '3', '4'] });
    expect(written).toEqual(['heading\n1\n…\nsays a\n']);
  });

  test('that is narrow gets a long sentence in several lines, which are drawn over, too', () => {
    const { written, display } = terminal(24, 10);
    const long = { ...seen('a'), ending: { exitCode: 4, text: 'No network at all.' } } as const;
    display.show(long);
    display.show(long);
    expect(written[0]).toBe('table a\nNo network\nat all.\n');
    expect(written[1]?.startsWith('\u001b[3A')).toBe(true);
  });
});
