const CHECKSUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Key prefixes of the objects that the stand-in knows. */
export const PREFIX = {
  user: '005',
  organization: '00D',
  loginHistory: '0Ya',
  userLogin: '0Yw',
  auditTrail: '0Ym',
} as const;

/** The case-safe 18-character form of a 15-character id; an 18-character id is returned unchanged. */
export function toLongId(id: string): string {
  if (!/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(id)) throw new Error(`not a Salesforce id: ${id}`);
  if (id.length === 18) return id;
  const suffix = [0, 5, 10].map((start) => {
    const bits = [...id.slice(start, start + 5)].map((letter) => (/[A-Z]/.test(letter) ? 1 : 0));
    return CHECKSUM.charAt(bits.reduce<number>((sum, bit, index) => sum + (bit << index), 0));
  });
  return id + suffix.join('');
}

/** The `serial`-th id of an object, in the 18-character form. */
export function numberedId(prefix: string, serial: number): string {
  let rest = serial;
  let body = '';
  for (let place = 0; place < 7; place += 1) {
    body = DIGITS.charAt(rest % DIGITS.length) + body;
    rest = Math.floor(rest / DIGITS.length);
  }
  return toLongId(`${prefix}5g000${body}`);
}

/** Two forms of one id are the same: 15 characters compare with case, the rest is a checksum. */
export function sameId(left: string, right: string): boolean {
  return left.length >= 15 && right.length >= 15 && left.slice(0, 15) === right.slice(0, 15);
}

/** A user has exactly one `UserLogin` row; its id follows from the user's. */
export function userLoginId(userId: string): string {
  return toLongId(PREFIX.userLogin + userId.slice(3, 15));
}
