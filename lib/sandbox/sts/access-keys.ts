import { randomBytes } from 'node:crypto';

/** As AWS marks the access key ids of temporary credentials. */
const TEMPORARY = 'ASIA';
const KEY = /^ASIA(\d{12})[A-Z]{4}$/;

/** An access key id that tells its account, as AWS's own do, so that nobody has to keep a list of them. */
export function temporaryAccessKeyId(accountId: string): string {
  const random = [...randomBytes(4)].map((byte) => String.fromCharCode(65 + (byte % 26)));
  return `${TEMPORARY}${accountId}${random.join('')}`;
}

/** The account of a key that was handed out for a role; `undefined` for any other key. */
export function accountOfKey(accessKeyId: string | undefined): string | undefined {
  return KEY.exec(accessKeyId ?? '')?.[1];
}
