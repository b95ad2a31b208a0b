import { emitKeypressEvents } from 'node:readline';
import type { ReadStream } from 'node:tty';
import { Redacted } from '../core/redacted.ts';

/** A person pressed Ctrl-C instead of answering. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

interface Key {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

/** With these a terminal says where a paste begins and ends, so that a whole mail with its line breaks is one answer. */
const BRACKETED_PASTE = { on: '\u001b[?2004h', off: '\u001b[?2004l' } as const;

type Input = Pick<ReadStream, 'setRawMode' | 'pause' | 'resume' | 'on' | 'off'> & NodeJS.ReadableStream;

/**
 * Asks at a terminal for something that is not shown, not even its length.
 * Enter ends it, except within a paste.
 *
 * @throws Interrupted on Ctrl-C.
 */
export async function askHidden(
  question: string,
  input: Input,
  output: Pick<NodeJS.WritableStream, 'write'>,
): Promise<Redacted> {
  emitKeypressEvents(input);
  input.setRawMode(true);
  output.write(`${question}${BRACKETED_PASTE.on}`);
  try {
    return await answerFrom(input);
  } finally {
    input.setRawMode(false);
    input.pause();
    output.write(`${BRACKETED_PASTE.off}\n`);
  }
}

function answerFrom(input: Input): Promise<Redacted> {
  return new Promise((resolve, reject) => {
    let characters: string[] = [];
    let isPasting = false;
    const end = (finish: () => void) => {
      input.off('keypress', onKey);
      input.off('end', onEnd);
      finish();
    };
    const answer = () => end(() => resolve(Redacted.of(characters.join(''))));
    const onEnd = () => answer();
    const onKey = (text: string | undefined, key: Key) => {
      if (key.name === 'paste-start') isPasting = true;
      else if (key.name === 'paste-end') isPasting = false;
      else if (isPasting) characters.push(isLineBreak(key) ? '\n' : (text ?? ''));
      else if (key.ctrl === true && key.name === 'c') end(() => reject(new Interrupted()));
      else if (isLineBreak(key) || (key.ctrl === true && key.name === 'd')) answer();
      else if (key.name === 'backspace') characters.pop();
      else if (key.ctrl === true && key.name === 'u') characters = [];
      else if (isTyped(text, key)) characters.push(text);
    };
    input.on('keypress', onKey);
    input.on('end', onEnd);
    input.resume();
  });
}

function isLineBreak({ name }: Key): boolean {
  return name === 'return' || name === 'enter';
}

/** Arrows and other keys that stand for no character are left out. */
function isTyped(text: string | undefined, { ctrl, meta }: Key): text is string {
  return text !== undefined && ctrl !== true && meta !== true && text >= ' ';
}
