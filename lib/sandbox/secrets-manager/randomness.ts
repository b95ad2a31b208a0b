/** A source of random bytes; injected so that a test can repeat a run. */
export type RandomBytes = (bytes: number) => Uint8Array;

const ARN_SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A UUID of version 4 in lower case. */
export function randomUuid(random: RandomBytes): string {
  const bytes = Uint8Array.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The six characters that Secrets Manager puts after the name in an ARN. */
export function randomArnSuffix(random: RandomBytes): string {
  return Array.from({ length: 6 }, () => pick(ARN_SUFFIX_ALPHABET, random)).join('');
}

/** One character of the alphabet (at most 256), each with the same chance. */
export function pick(alphabet: string, random: RandomBytes): string {
  return alphabet.charAt(randomBelow(alphabet.length, random));
}

/** An integer from 0 to `limit` - 1, without the bias of a plain remainder. Limits up to 65,536. */
export function randomBelow(limit: number, random: RandomBytes): number {
  const fair = 65_536 - (65_536 % limit);
  for (;;) {
    const [high = 0, low = 0] = random(2);
    const drawn = high * 256 + low;
    if (drawn < fair) return drawn % limit;
  }
}
