import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { headerVerdicts } from '../../../../lib/core/token-mail/authentication-results.ts';
import { type MailVerdicts, NOTHING_PROVEN } from '../../../../lib/core/token-mail/mail.ts';
import { hostileText } from '../../../support/hostile.ts';

const ID = 'mx.acme.com';
const FROM = 'emea.salesforce.com';
const PASSED: MailVerdicts = { spf: 'pass', dkim: 'pass', dmarc: 'pass' };
const RESULTS =
  'spf=pass smtp.mailfrom=salesforce.com; dkim=pass header.d=salesforce.com; dmarc=pass header.from=salesforce.com';
const verdicts = (...headers: string[]) => headerVerdicts(headers, ID, FROM);

describe('the header of the receiving server', () => {
  test.each([
    ['plain', `${ID}; ${RESULTS}`],
    ['in capitals', `MX.ACME.COM; ${RESULTS.toUpperCase()}`],
    ['with a version', `${ID} 1; ${RESULTS}`],
    ['with a quoted id', `"${ID}"; ${RESULTS}`],
    ['ended by a semicolon', `${ID}; ${RESULTS};`],
    ['folded', `${ID};\r\n\t${RESULTS.replaceAll('; ', ';\r\n\t')}`],
    [
      'with comments',
      `(by us) ${ID}; ${RESULTS.replaceAll('=pass', '=pass (because (really) so; x=fail \\) )')}`,
    ],
    ['with blanks around the equals signs', `${ID}; ${RESULTS.replaceAll('=', ' = ')}`],
    ['with versions of methods', `${ID}; ${RESULTS.replace('dkim=', 'dkim/1=')}`],
    [
      'as one provider writes it',
      `${ID};\r\n       dkim=pass header.i=@salesforce.com header.s=2019 header.b=Ab1/+c==;\r\n       arc=pass (i=1);\r\n       spf=pass (google.com: domain of bounce@salesforce.com designates 2001:db8::1 as permitted sender) smtp.mailfrom="bounce+x@salesforce.com";\r\n       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=salesforce.com`,
    ],
    [
      'as another does',
      `${ID}; bimi=skipped (DMARC did not pass);\n dkim=fail (2048-bit rsa key) header.d=forwarder.example;\n dkim=pass (2048-bit rsa key sha256) header.d=salesforce.com;\n dmarc=pass policy.published-domain-policy=reject (p=reject) header.from=salesforce.com;\n iprev=pass smtp.remote-ip=192.0.2.1; spf=pass smtp.mailfrom=a@salesforce.com smtp.helo=mx.salesforce.com`,
    ],
  ])('%s', (_name, header) => {
    expect(verdicts(header)).toEqual(PASSED);
  });

  test.each<[string, keyof MailVerdicts, string]>([
    ['spf=fail', 'spf', 'fail'],
    ['spf=softfail', 'spf', 'fail'],
    ['spf=neutral', 'spf', 'gray'],
    ['spf=none', 'spf', 'gray'],
    ['spf=temperror', 'spf', 'unknown'],
    ['spf=passed', 'spf', 'unknown'],
    ['spf=pass; spf=fail', 'spf', 'fail'],
    ['dkim=fail', 'dkim', 'fail'],
    ['dkim=policy', 'dkim', 'gray'],
    ['dkim=fail; dkim=pass', 'dkim', 'pass'],
    ['dmarc=fail', 'dmarc', 'fail'],
    ['dmarc=pass; dmarc=none', 'dmarc', 'gray'],
    ['dmarc=pass header.from=evil.net', 'dmarc', 'fail'],
    ['dmarc=pass header.from=salesforce.com.evil.net', 'dmarc', 'fail'],
    ['dmarc=pass header.from=emea.salesforce.com', 'dmarc', 'pass'],
    ['dmarc=pass', 'dmarc', 'pass'],
    ['arc=pass', 'dmarc', 'unknown'],
    ['none', 'spf', 'unknown'],
  ])('%s makes %s %s', (results, method, verdict) => {
    expect(verdicts(`${ID}; ${results}`)[method]).toBe(verdict);
  });

  test('a mail without one sender passes no DMARC that names a domain', () => {
    expect(headerVerdicts([`${ID}; ${RESULTS}`], ID, undefined).dmarc).toBe('fail');
  });
});

describe('a header that proves nothing', () => {
  test.each([
    ['none at all', []],
    ['one of another server', [`mx.evil.net; ${RESULTS}`]],
    ['one whose id only begins so', [`mx.acme.com.evil.net; ${RESULTS}`]],
    ['one whose id only ends so', [`xmx.acme.com; ${RESULTS}`]],
    ['one whose id is a comment', [`(${ID}) evil.net; ${RESULTS}`]],
    ['one without an id', [RESULTS]],
    ['one of another version', [`${ID} 2; ${RESULTS}`]],
    ['one with words behind the version', [`${ID} 1 x; ${RESULTS}`]],
    ['an open comment', [`${ID}; ${RESULTS} (`]],
    ['an open quotation', [`${ID}; ${RESULTS} x="`]],
    ['a result without a method', [`${ID}; ${RESULTS}; =pass`]],
    ['a method without a result', [`${ID}; ${RESULTS}; dkim=`]],
    ['words that are no result', [`${ID}; ${RESULTS}; see below`]],
    ['a control character', [`${ID}; ${RESULTS}\u0000`]],
    ['one that never ends', [`${ID}; ${RESULTS}; ${'x=y;'.repeat(10_000)}`]],
  ])('%s', (_name, headers) => {
    expect(verdicts(...headers)).toEqual(NOTHING_PROVEN);
  });

  test('is one below that of the server, whatever it says', () => {
    const own = `${ID}; spf=fail; dkim=fail; dmarc=fail`;
    expect(verdicts(own, `${ID}; ${RESULTS}`)).toEqual({ spf: 'fail', dkim: 'fail', dmarc: 'fail' });
    expect(verdicts(`${ID}; spf=pass smtp.mailfrom=`, `${ID}; ${RESULTS}`)).toEqual(NOTHING_PROVEN);
    expect(verdicts(`mx.evil.net; dmarc=fail`, `${ID}; ${RESULTS}`)).toEqual(PASSED);
  });
});

describe('what a sender writes into a value of the header', () => {
  /** As a server must write it: as a quoted string. */
  const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;

  test.each([
    'x; dmarc=pass',
    '" ; dkim=pass',
    '(',
    ')',
    '=',
    '\\',
    '; none',
    '=?utf-8?q?=3B_dmarc=3Dpass?=',
  ])('stays a value: %j', (local) => {
    const header = `${ID}; spf=fail smtp.mailfrom=${quoted(local)}@evil.net; dkim=fail; dmarc=fail`;
    expect(verdicts(header)).toEqual({ spf: 'fail', dkim: 'fail', dmarc: 'fail' });
  });

  test('never makes anything pass', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (local, comment) => {
        const inert = comment.replace(/[()\\]/g, '');
        const header = `${ID}; spf=fail (${inert}) smtp.mailfrom=${quoted(local)}@evil.net; dkim=fail; dmarc=fail`;
        expect(Object.values(verdicts(header))).not.toContain('pass');
      }),
      { numRuns: 1_000 },
    );
  });

  test('any header is answered, and only one with the id proves something', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 5 }), (headers) => {
        expect(verdicts(...headers.map((header) => `x${header}`))).toEqual(NOTHING_PROVEN);
      }),
      { numRuns: 1_000 },
    );
  });
});
