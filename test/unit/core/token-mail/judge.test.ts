import { describe, expect, test } from '@jest/globals';
import { Redacted } from '../../../../lib/core/redacted.ts';
import {
  judgeTokenMail,
  newestToken,
  readAddressedUsernames,
  type TokenMailExpectation,
  type TokenMailRefusal,
} from '../../../../lib/core/token-mail/judge.ts';
import type { MailVerdict, ReceivedMail } from '../../../../lib/core/token-mail/mail.ts';

const TOKEN = 'AbCdEfGhIjKlMnOpQrStUvWx';
const OTHER_TOKEN = 'ZzYyXxWwVvUuTtSsRrQqPpOo1';
const USERNAME = 'billing-a@acme.com';
const CHANGED_AT = new Date('2026-11-01T10:00:00Z');
const SENT_AT = new Date('2026-11-01T10:00:30Z');
const PASSED = { spf: 'pass', dkim: 'pass', dmarc: 'pass' } as const;

const body = (username = USERNAME, token = TOKEN) =>
  `Username: ${username}\nSecurity token (case-sensitive): ${token}\n`;

const expectation = (change: Partial<TokenMailExpectation> = {}): TokenMailExpectation => ({
  usernames: [USERNAME, 'billing-b@acme.com'],
  changedAt: CHANGED_AT,
  ...change,
});

function mail({
  texts = [body()],
  ...change
}: Partial<Omit<ReceivedMail, 'texts'>> & { texts?: string[] } = {}): ReceivedMail {
  return {
    messageId: '<1@salesforce.com>',
    from: { address: 'support@salesforce.com' },
    to: ['billing@acme.com'],
    subject: 'Your new Salesforce security token',
    sentAt: SENT_AT,
    receivedAt: new Date('2026-11-01T10:01:00Z'),
    verdicts: PASSED,
    authenticationResults: [],
    forwarded: [],
    ...change,
    texts: texts.map((text) => Redacted.of(text)),
  };
}

const from = (address: string) => mail({ from: { address } });
const at = (iso: string) => ({ sentAt: new Date(iso) });

describe('a mail that is refused', () => {
  const table: Array<[string, ReceivedMail, TokenMailRefusal]> = [
    ['SPF failed', mail({ verdicts: { ...PASSED, spf: 'fail' } }), 'not-authentic'],
    ['DKIM failed', mail({ verdicts: { ...PASSED, dkim: 'fail' } }), 'not-authentic'],
    ['DMARC gray', mail({ verdicts: { ...PASSED, dmarc: 'gray' } }), 'not-authentic'],
    ['DMARC unknown', mail({ verdicts: { ...PASSED, dmarc: 'unknown' } }), 'not-authentic'],
    ['no sender', from(''), 'sender-not-allowed'],
    ['allowed domain as a prefix', from('support@salesforce.com.evil.net'), 'sender-not-allowed'],
    ['allowed domain as a suffix of a label', from('support@xsalesforce.com'), 'sender-not-allowed'],
    ['Cyrillic look-alike', from('support@sаlesforce.com'), 'sender-not-allowed'],
    ['punycode look-alike', from('support@xn--slesforce-4ni.com'), 'sender-not-allowed'],
    ['full-width full stop', from('support@evil。salesforce.com'), 'sender-not-allowed'],
    ['two at signs', from('a@evil.net@salesforce.com'), 'sender-not-allowed'],
    ['trailing dot', from('support@salesforce.com.'), 'sender-not-allowed'],
    ['allowed domain in the local part', from('salesforce.com@evil.net'), 'sender-not-allowed'],
    ['allowed domain behind a path', from('a@evil.net/salesforce.com'), 'sender-not-allowed'],
    ['allowed domain behind a percent sign', from('a%salesforce.com@evil.net'), 'sender-not-allowed'],
    ['allowed domain behind a zero byte', from('a@evil.net\u0000.salesforce.com'), 'sender-not-allowed'],
    ['allowed domain on a second line', from('a@evil.net\n@salesforce.com'), 'sender-not-allowed'],
    ['digit for a letter', from('support@sa1esforce.com'), 'sender-not-allowed'],
    ['another top-level domain', from('support@salesforce.co'), 'sender-not-allowed'],
    ['empty label', from('support@evil..salesforce.com'), 'sender-not-allowed'],
    ['label that begins with a hyphen', from('support@-evil.salesforce.com'), 'sender-not-allowed'],
    ['zero-width joiner', from('support@sales\u200dforce.com'), 'sender-not-allowed'],
    ['direction override', from('support@\u202emoc.ecrofselas'), 'sender-not-allowed'],
    [
      'attached mail of a stranger',
      mail({ forwarded: [{ fromDomain: 'evil.net', sentAt: SENT_AT }] }),
      'sender-not-allowed',
    ],
    [
      'attached mail without sender',
      mail({ forwarded: [{ fromDomain: undefined, sentAt: SENT_AT }] }),
      'sender-not-allowed',
    ],
    ['something else from Salesforce', mail({ texts: ['Your case was closed.'] }), 'not-a-token-mail'],
    ['no text at all', mail({ texts: [] }), 'not-a-token-mail'],
    [
      'token without a username',
      mail({ texts: [`Security token (case-sensitive): ${TOKEN}`] }),
      'no-username',
    ],
    ['username that is none', mail({ texts: [body('see above')] }), 'no-username'],
    ['another user', mail({ texts: [body('billing-c@acme.com')] }), 'other-user'],
    ['a longer username', mail({ texts: [body('billing-a@acme.com.sandbox')] }), 'other-user'],
    [
      'invisible character inside the username',
      mail({ texts: [body('billing\u200b-a@acme.com')] }),
      'other-user',
    ],
    [
      'letter of another script that folds to k',
      mail({ texts: [body('\u212ailling-a@acme.com')] }),
      'other-user',
    ],
    [
      'link that leads to another user',
      mail({ texts: [body(`${USERNAME} <mailto:eve@evil.net>`)] }),
      'two-usernames',
    ],
    ['two users', mail({ texts: [body(), body('billing-b@acme.com')] }), 'two-usernames'],
    ['older than the change', mail(at('2026-11-01T09:54:59Z')), 'older-than-change'],
    [
      'received before the change, dated after',
      mail({ receivedAt: new Date('2026-11-01T09:00:00Z') }),
      'older-than-change',
    ],
    [
      'fresh forward of an old mail',
      mail({ forwarded: [{ fromDomain: 'salesforce.com', sentAt: new Date('2026-10-01T00:00:00Z') }] }),
      'older-than-change',
    ],
    ['no token line', mail({ texts: [`Username: ${USERNAME}`] }), 'no-token'],
    ['token too short', mail({ texts: [body(USERNAME, 'a'.repeat(19))] }), 'no-token'],
    ['token too long', mail({ texts: [body(USERNAME, 'a'.repeat(33))] }), 'no-token'],
    ['words after the token', mail({ texts: [body(USERNAME, `${TOKEN} is it`)] }), 'no-token'],
    ['direction override in the token', mail({ texts: [body(USERNAME, `\u202e${TOKEN}`)] }), 'no-token'],
    ['token without its label', mail({ texts: [`Username: ${USERNAME}\n${TOKEN}`] }), 'no-token'],
    ['two tokens', mail({ texts: [body(), body(USERNAME, OTHER_TOKEN)] }), 'two-tokens'],
    [
      'two tokens that differ in case',
      mail({ texts: [body(), body(USERNAME, TOKEN.toLowerCase())] }),
      'two-tokens',
    ],
  ];

  test.each(table)('%s', (_name, received, reason) => {
    const verdict = judgeTokenMail(received, expectation());
    expect(verdict).toEqual({ kind: 'refused', reason, detail: expect.any(String) });
  });

  test.each(table)('says why in one sentence without any text of the mail: %s', (_name, received) => {
    const verdict = judgeTokenMail(received, expectation());
    const detail = verdict.kind === 'refused' ? verdict.detail : '';
    expect(detail).toMatch(/^[A-Z][^\n]*\.$/);
    for (const secret of [TOKEN, TOKEN.toLowerCase(), OTHER_TOKEN, 'billing', 'evil.net@', 'closed']) {
      expect(detail).not.toContain(secret);
    }
  });

  test('is refused for the first thing that is wrong with it', () => {
    const worst = mail({
      verdicts: { ...PASSED, spf: 'fail' },
      from: { address: 'a@evil.net' },
      texts: [body('eve@evil.net', '')],
      ...at('2020-01-01T00:00:00Z'),
    });
    const reasonOf = (received: ReceivedMail) => {
      const verdict = judgeTokenMail(received, expectation());
      return verdict.kind === 'refused' ? verdict.reason : verdict.kind;
    };
    const genuine = { ...worst, verdicts: PASSED };
    const ours = { ...genuine, from: { address: 'a@salesforce.com' } };
    const forUs = { ...ours, texts: [Redacted.of(body(USERNAME, ''))] };
    const fresh = { ...forUs, sentAt: SENT_AT };
    expect([worst, genuine, ours, forUs, fresh].map(reasonOf)).toEqual([
      'not-authentic',
      'sender-not-allowed',
      'other-user',
      'older-than-change',
      'no-token',
    ]);
  });

  test('when a letter of another script would fold to that of the username', () => {
    const received = mail({ texts: [body('\u212aim@acme.com')] });
    expect(judgeTokenMail(received, expectation({ usernames: ['kim@acme.com'] }))).toMatchObject({
      reason: 'other-user',
    });
  });

  const all: MailVerdict[] = ['pass', 'fail', 'gray', 'unknown'];
  const acceptedVerdicts = (change: Partial<TokenMailExpectation>) =>
    all
      .flatMap((spf) => all.flatMap((dkim) => all.map((dmarc) => ({ spf, dkim, dmarc }))))
      .filter((verdicts) => judgeTokenMail(mail({ verdicts }), expectation(change)).kind === 'token');

  test('unless all three verdicts pass', () => {
    expect(acceptedVerdicts({})).toEqual([PASSED]);
  });

  test('unless DKIM and DMARC pass, where SPF was given up', () => {
    expect(acceptedVerdicts({ requireSpf: false })).toEqual(all.map((spf) => ({ ...PASSED, spf })));
  });

  test.each([
    ['by more than a minute is refused', '2026-11-01T10:01:30.001Z', 'superseded'],
    ['by a minute is not', '2026-11-01T10:01:30.000Z', undefined],
    ['not at all is not', '2026-11-01T10:00:00.000Z', undefined],
  ])('older than the newest that was offered %s', (_name, newest, reason) => {
    const verdict = judgeTokenMail(mail(), expectation({ newestOfferedAt: new Date(newest) }));
    expect(verdict.kind === 'refused' ? verdict.reason : undefined).toBe(reason);
  });
});

describe('a mail that is accepted', () => {
  const table: Array<[string, ReceivedMail, Partial<TokenMailExpectation>?]> = [
    ['as Salesforce sends it', mail()],
    ['from a subdomain, in capitals', from('Support@EMEA.Salesforce.com')],
    [
      'from a domain that the configuration allows',
      from('robot@acme.com'),
      { allowedSenderDomains: ['acme.com'] },
    ],
    ['username in another case', mail({ texts: [body('Billing-A@ACME.com')] })],
    ['the same token in text and HTML', mail({ texts: [body(), ` ${body()}`] })],
    ['within the clock tolerance', mail(at('2026-11-01T09:55:00Z'))],
    ['without a Date header', mail({ sentAt: undefined })],
    ['dated in the future', mail(at('2027-01-01T00:00:00Z'))],
    ['label without the remark', mail({ texts: [`Username: ${USERNAME}\nSecurity token: ${TOKEN}`] })],
    [
      'label split over lines',
      mail({ texts: [`Username\n: ${USERNAME}\nSecurity\ntoken\n(case-\nsensitive)\n: ${TOKEN}`] }),
    ],
  ];

  test.each(table)('%s', (_name, received, change = {}) => {
    const verdict = judgeTokenMail(received, expectation(change));
    expect(verdict).toMatchObject({ kind: 'token', username: USERNAME });
    expect(verdict.kind === 'token' && verdict.token.reveal()).toBe(TOKEN);
  });

  test('carries a token that does not print', () => {
    expect(JSON.stringify(judgeTokenMail(mail(), expectation()))).not.toContain(TOKEN);
  });

  test('is dated by its receipt when its own date lies later', () => {
    const future = mail(at('2027-01-01T00:00:00Z'));
    expect(judgeTokenMail(future, expectation())).toMatchObject({ sentAt: future.receivedAt });
  });

  test('may not be older at all when the tolerance is zero', () => {
    const strict = expectation({ clockToleranceSeconds: 0 });
    expect(judgeTokenMail(mail({ sentAt: CHANGED_AT }), strict).kind).toBe('token');
    expect(judgeTokenMail(mail(at('2026-11-01T09:59:59Z')), strict).kind).toBe('refused');
  });
});

describe('readAddressedUsernames', () => {
  test('gives each user once, in lower case, whatever the sender', () => {
    const received = mail({
      from: { address: '' },
      texts: [body('A@acme.com'), body('b@acme.com'), body('a@ACME.com')],
    });
    expect(readAddressedUsernames(received)).toEqual(['a@acme.com', 'b@acme.com']);
  });

  test('is empty for another mail', () => {
    expect(readAddressedUsernames(mail({ texts: ['hello a@acme.com'] }))).toEqual([]);
  });
});

describe('newestToken', () => {
  const judged = (sentAt: string, token: string, receivedAt = '2026-11-02T00:00:00Z') =>
    judgeTokenMail(
      mail({ sentAt: new Date(sentAt), receivedAt: new Date(receivedAt), texts: [body(USERNAME, token)] }),
      expectation(),
    );
  const refused = judgeTokenMail(mail({ texts: [] }), expectation());

  test('is undefined when nothing was accepted', () => {
    expect(newestToken([])).toBeUndefined();
    expect(newestToken([refused])).toBeUndefined();
  });

  test('goes by date, not by the order of arrival', () => {
    const newest = newestToken([
      refused,
      judged('2026-11-01T12:00:00Z', OTHER_TOKEN),
      judged('2026-11-01T11:00:00Z', TOKEN),
    ]);
    expect(newest?.token.reveal()).toBe(OTHER_TOKEN);
  });

  test('goes by receipt within the same second', () => {
    const newest = newestToken([
      judged('2026-11-01T12:00:00Z', OTHER_TOKEN, '2026-11-01T12:00:09Z'),
      judged('2026-11-01T12:00:00Z', TOKEN, '2026-11-01T12:00:03Z'),
    ]);
    expect(newest?.token.reveal()).toBe(OTHER_TOKEN);
  });
});
