import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { askHidden, Interrupted } from '../../../lib/cli/hidden-input.ts';
import { Redacted } from '../../../lib/core/redacted.ts';

/** A terminal in raw mode: what is typed is read key by key, and shown only by whoever writes it. */
class FakeTerminal extends PassThrough {
  readonly modes: boolean[] = [];
  readonly isTTY = true;

  setRawMode(mode: boolean): this {
    this.modes.push(mode);
    return this;
  }
}

const PASTE_BEGINS = '\u001b[200~';
const PASTE_ENDS = '\u001b[201~';

interface Typed {
  readonly value?: Redacted;
  readonly error?: unknown;
  readonly shown: string;
  readonly terminal: FakeTerminal;
}

async function typed(...keys: readonly string[]): Promise<Typed> {
  const terminal = new FakeTerminal();
  const shown: string[] = [];
  const output = { write: (text: string) => shown.push(text) };
  const asked = askHidden('Token: ', terminal as never, output as never);
  for (const key of keys) terminal.write(key);
  const answer = await asked.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return { ...answer, shown: shown.join(''), terminal };
}

function expectValue(found: Typed, text: string): void {
  expect(found.value?.equals(Redacted.of(text))).toBe(true);
}

describe('what is typed at a hidden prompt', () => {
  test('is not shown, not even its length', async () => {
    const found = await typed('s3cr', 'et\r');
    expectValue(found, 's3cret');
    expect(found.shown).toBe('Token: \u001b[?2004h\u001b[?2004l\n');
    expect(found.terminal.modes).toEqual([true, false]);
  });

  test('can be corrected', async () => {
    expectValue(await typed('abX\u007fc', '\u001b[D', '\r'), 'abc');
    expectValue(await typed('wrong', '\u0015', 'right', '\r'), 'right');
  });

  test('ends with Enter or Ctrl-D', async () => {
    expectValue(await typed('abc', '\u0004'), 'abc');
    expectValue(await typed('abc\n'), 'abc');
  });

  test('may be a whole mail that is pasted, with umlauts and line breaks', async () => {
    const mail = 'Grüße,\r\nUsername: billing@acme.com\rToken: abc\n';
    expectValue(
      await typed(PASTE_BEGINS, mail, PASTE_ENDS, '\r'),
      'Grüße,\n\nUsername: billing@acme.com\nToken: abc\n',
    );
  });

  test('is given up with Ctrl-C, and the terminal is as before', async () => {
    const { error, terminal } = await typed('abc', '\u0003');
    expect(error).toBeInstanceOf(Interrupted);
    expect(terminal.modes).toEqual([true, false]);
  });

  test('leaves nobody listening', async () => {
    const { terminal } = await typed('abc\r');
    expect(EventEmitter.listenerCount(terminal, 'keypress')).toBe(0);
  });
});
