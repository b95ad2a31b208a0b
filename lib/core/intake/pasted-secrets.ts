import type { Redacted } from '../redacted.ts';
import { INVISIBLE } from '../token-mail/token-shape.ts';

const BLANKS = new RegExp(`[\\s${INVISIBLE}]+`, 'g');

export function isSameText(known: Redacted | undefined, brought: Redacted): boolean {
  return known?.equals(brought) ?? false;
}

/** Whether what was pasted is a password that is known here, alone or with something after it. */
export function startsWithPassword(pasted: Redacted, password: Redacted | undefined): boolean {
  if (password === undefined) return false;
  const bare = pasted.map((text) => text.replace(BLANKS, ''));
  return bare.open((text) => password.open((secret) => secret !== '' && text.startsWith(secret)));
}

export function endsWith(text: Redacted, end: Redacted): boolean {
  return text.open((whole) => end.open((last) => whole.endsWith(last)));
}

export function isEmpty(text: Redacted): boolean {
  return text.open((whole) => whole === '');
}

/** A password as it was typed, without the line break that a terminal or a clipboard adds. */
export function withoutLineBreak(text: Redacted): Redacted {
  return text.map((whole) => whole.replace(/[\r\n]+$/, ''));
}
