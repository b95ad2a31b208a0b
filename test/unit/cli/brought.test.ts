import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { readBrought } from '../../../lib/cli/brought.ts';
import { Redacted } from '../../../lib/core/redacted.ts';

async function piped(text: string, withPassword: boolean) {
  const stdin = Readable.from([Buffer.from(text)]);
  return readBrought({ stdin: stdin as never, stderr: process.stderr }, 'billing', withPassword);
}

const is = (found: Redacted | undefined, text: string) => found?.equals(Redacted.of(text));

describe('a pipe', () => {
  test('is read to its end as the token, or as the whole mail', async () => {
    const mail = 'Username: a\r\nSecurity token: b\r\n';
    const { pasted, password } = await piped(mail, false);
    expect(is(pasted, mail)).toBe(true);
    expect(password).toBeUndefined();
  });

  test.each([
    ['secret word\nAbc\n', 'secret word', 'Abc\n'],
    ['secret\r\nUsername: a\r\nToken: b', 'secret', 'Username: a\r\nToken: b'],
    ['secret', 'secret', ''],
    ['', '', ''],
  ])('%j with a password: its first line, and the rest is the token', async (text, password, token) => {
    const brought = await piped(text, true);
    expect(is(brought.password, password)).toBe(true);
    expect(is(brought.pasted, token)).toBe(true);
  });

  test('that does not end is not read for ever', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(64 * 1024, 'a');
      })(),
    );
    const { pasted } = await readBrought(
      { stdin: endless as never, stderr: process.stderr },
      'billing',
      false,
    );
    expect(pasted).toBeInstanceOf(Redacted);
  });
});
