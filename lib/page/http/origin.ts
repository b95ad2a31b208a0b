/**
 * Whether a form was sent by a page of ours, as far as the browser tells. The
 * page has no cookie that another website could make use of, and its address is
 * a secret, so this is the second lock on the door.
 *
 * Because of our own `Referrer-Policy`, a browser says `Origin: null` of our own
 * forms, too; then only `Sec-Fetch-Site` tells, and a browser too old to send
 * that is let through.
 *
 * @see https://fetch.spec.whatwg.org/#append-a-request-origin-header
 */
export function isFromHere(headers: Headers, ownHost: string): boolean {
  const site = headers.get('Sec-Fetch-Site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return false;
  const origin = headers.get('Origin');
  return origin === null || origin === 'null' || hostOf(origin) === ownHost;
}

function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host;
}
