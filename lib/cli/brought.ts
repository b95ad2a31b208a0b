import type { ReadStream } from 'node:tty';
import { Redacted } from '../core/redacted.ts';
import { askHidden } from './hidden-input.ts';

/** Where a command reads from, and where it asks; standard output is for answers only. */
export interface Terminal {
  readonly stdin: ReadStream;
  readonly stderr: NodeJS.WritableStream;
}

export interface Brought {
  readonly password?: Redacted;
  /** The token, or the whole mail. */
  readonly pasted: Redacted;
}

/**
 * Reads what a person brings: hidden at a terminal, else all of standard input.
 * With a password, the first line of a pipe is the password and the rest the
 * token.
 *
 * @throws Interrupted on Ctrl-C at a terminal.
 */
export async function readBrought(
  { stdin, stderr }: Terminal,
  credential: string,
  withPassword: boolean,
): Promise<Brought> {
  if (!stdin.isTTY) return fromPipe(Redacted.of(await readAll(stdin)), withPassword);
  const hidden = 'Nothing is shown while you type or paste.';
  if (!withPassword)
    return {
      pasted: await askHidden(
        `Security token of "${credential}", or the whole mail. ${hidden}\n> `,
        stdin,
        stderr,
      ),
    };
  const password = await askHidden(
    `Password of "${credential}", without the token. ${hidden}\n> `,
    stdin,
    stderr,
  );
  return { password, pasted: await askHidden('Security token, or the whole mail:\n> ', stdin, stderr) };
}

/** Far more than a mail; whatever goes on is no token, and is not read to its end. */
const LONGEST_CHARACTERS = 1024 * 1024;

async function readAll(stdin: NodeJS.ReadableStream): Promise<string> {
  stdin.setEncoding('utf8');
  let text = '';
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.length > LONGEST_CHARACTERS) break;
  }
  return text;
}

function fromPipe(piped: Redacted, withPassword: boolean): Brought {
  if (!withPassword) return { pasted: piped };
  return {
    password: piped.map((text) => /^[^\r\n]*/.exec(text)?.[0] ?? ''),
    pasted: piped.map((text) => text.replace(/^[^\r\n]*\r?\n?/, '')),
  };
}
