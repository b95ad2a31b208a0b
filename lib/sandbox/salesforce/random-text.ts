import { randomBytes } from 'node:crypto';

/** `count` random bytes; injected so that a run can be repeated exactly. */
export type Random = (count: number) => Uint8Array;

export const systemRandom: Random = (count) => randomBytes(count);

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `length` characters of `[A-Za-z0-9]`, evenly distributed. */
export function alphanumeric(random: Random, length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random(length - text.length)) {
      if (byte < 248) text += ALPHANUMERIC.charAt(byte % ALPHANUMERIC.length);
    }
  }
  return text;
}

/** A security token: 24 or 25 characters (facts: Token). */
export function newToken(random: Random): string {
  const [byte = 0] = random(1);
  return alphanumeric(random, 24 + (byte % 2));
}

/** A session id in the usual shape: the org's 15-character id, `!`, then the secret. */
export function newSessionId(random: Random, organizationId: string): string {
  return `${organizationId.slice(0, 15)}!AQ${alphanumeric(random, 40)}.${alphanumeric(random, 40)}`;
}

/** A temporary password that satisfies every complexity level. */
export function temporaryPassword(random: Random): string {
  return `${alphanumeric(random, 12)}aZ7!`;
}
