import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MimeMailReader } from '../../../lib/adapters/mime-mail-reader.ts';
import { headerVerdicts } from '../../../lib/core/token-mail/authentication-results.ts';
import { judgeTokenMail, readAddressedUsernames } from '../../../lib/core/token-mail/judge.ts';
import type { ReceivedMail } from '../../../lib/core/token-mail/mail.ts';
import { ARRIVALS, englishText, HEADERS, SENT_AT, singlePart } from '../../fixtures/token-mails/mails.ts';

const SAID = { username: 'billing@acme.com', token: 'AbCdEfGhIjKlMnOpQrStUvWx1' };
const RECEIVED_AT = new Date('2026-11-01T10:01:00Z');
const ENVELOPE = { receivedAt: RECEIVED_AT, verdicts: { spf: 'pass', dkim: 'pass', dmarc: 'pass' } } as const;
const CHANGED_AT = new Date('2026-11-01T10:00:00Z');
const reader = new MimeMailReader();

async function read(raw: Uint8Array | string): Promise<ReceivedMail> {
  const mail = await reader.read(typeof raw === 'string' ? Buffer.from(raw) : raw, ENVELOPE);
  if ('unreadable' in mail) throw new Error(mail.unreadable);
  return mail;
}

async function judge(raw: Uint8Array, username: string) {
  const mail = await reader.read(raw, ENVELOPE);
  if ('unreadable' in mail) return undefined;
  return judgeTokenMail(mail, { usernames: [username], changedAt: CHANGED_AT });
}

async function tokenIn(raw: Uint8Array, username = SAID.username): Promise<string | undefined> {
  const verdict = await judge(raw, username);
  return verdict?.kind === 'token' ? verdict.token.reveal() : undefined;
}

function arriving(name: string): Promise<Uint8Array> {
  const arrival = ARRIVALS[name];
  if (!arrival) throw new Error(`No arrival "${name}"`);
  return arrival(SAID);
}

const withHeaders = (...headers: string[]) => `${headers.join('\r\n')}\r\n\r\n${englishText(SAID)}`;

describe('a genuine token mail', () => {
  test.each(Object.entries(ARRIVALS))('%s', async (_name, arrival) => {
    const raw = await arrival(SAID);
    expect(await judge(raw, SAID.username)).toMatchObject({
      kind: 'token',
      username: SAID.username,
      sentAt: SENT_AT,
    });
    expect(await tokenIn(raw)).toBe(SAID.token);
    expect(await tokenIn(raw, 'eve@acme.com')).toBeUndefined();
  });

  test('gives any token and username back, however it arrives', async () => {
    const username = fc
      .tuple(
        fc.stringMatching(/^[A-Za-z0-9_.+'-]{1,30}$/),
        fc.stringMatching(/^[a-z0-9-]{1,20}\.[a-z]{2,6}$/),
      )
      .map(([local, domain]) => `${local}@${domain}`);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.values(ARRIVALS)),
        username,
        fc.stringMatching(/^[A-Za-z0-9]{20,32}$/),
        async (arrival, name, token) => {
          expect(await tokenIn(await arrival({ username: name, token }), name)).toBe(token);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('what is read', () => {
  test('the headers', async () => {
    expect(await read(await arriving('plain'))).toMatchObject({
      messageId: '<token-1@salesforce.com>',
      from: { address: 'support@emea.salesforce.com' },
      to: ['billing@acme.com'],
      subject: 'Your new Salesforce security token',
      sentAt: SENT_AT,
      receivedAt: RECEIVED_AT,
      verdicts: ENVELOPE.verdicts,
      forwarded: [],
    });
  });

  test.each(['mixed', 'alternative', 'related'])(
    'of HTML beside text only what a person sees: multipart/%s',
    async (kind) => {
      const decoy = `Username: ${SAID.username}\r\nSecurity token: ${'Unread'.repeat(4)}`;
      const html = `<title>${decoy}</title><style>${decoy}</style><!-- ${decoy} --><p>Good morning.</p>`;
      const parts = (text: string) =>
        withHeaders('From: support@salesforce.com', `Content-Type: multipart/${kind}; boundary=b`).replace(
          /\r\n\r\n[\s\S]*$/,
          `\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n${text}\r\n--b\r\nContent-Type: text/html\r\n\r\n${html}\r\n--b--\r\n`,
        );
      expect(await tokenIn(Buffer.from(parts(englishText(SAID))))).toBe(SAID.token);
      expect(await tokenIn(Buffer.from(parts('Good morning.')))).toBeUndefined();
      expect((await read(parts('Good morning.'))).texts).toHaveLength(2);
    },
  );

  test('nothing that prints a text', async () => {
    const mail = await read(await arriving('text and HTML'));
    expect(JSON.stringify(mail)).not.toContain(SAID.token);
    expect(mail.texts).toHaveLength(2);
  });

  test('whom an attached mail claims to be from, and when', async () => {
    const mail = await read(await arriving('forwarded as attachment'));
    expect(mail.forwarded).toEqual([{ fromDomain: 'emea.salesforce.com', sentAt: SENT_AT }]);
    expect(readAddressedUsernames(mail)).toEqual([SAID.username]);
  });

  test('the earliest of several dates, and none that is no date', async () => {
    const [earlier, later] = [
      'Date: Sat, 31 Oct 2026 10:00:00 +0000',
      'Date: Sun, 01 Nov 2026 10:00:00 +0000',
    ];
    expect((await read(withHeaders(later, earlier))).sentAt).toEqual(new Date('2026-10-31T10:00:00Z'));
    expect((await read(withHeaders('Date: yesterday'))).sentAt).toBeUndefined();
  });

  test('Authentication-Results as they stand there, the topmost first, and none of an attached mail', async () => {
    const own =
      'Authentication-Results: mx.acme.com;\r\n\tspf=fail smtp.mailfrom="=?utf-8?Q?x=3B_dmarc=3Dpass?="@evil.net';
    const theirs = 'Authentication-Results: mx.evil.net; dmarc=pass';
    const attached = `Content-Type: message/rfc822\r\n\r\n${theirs}`;
    const { authenticationResults } = await read(withHeaders(own, theirs, attached));
    expect(authenticationResults).toEqual([
      expect.stringMatching(
        /^mx\.acme\.com;\s+spf=fail smtp\.mailfrom="=\?utf-8\?Q\?x=3B_dmarc=3Dpass\?="@evil\.net$/,
      ),
      'mx.evil.net; dmarc=pass',
    ]);
    expect(headerVerdicts(authenticationResults, 'mx.acme.com', 'evil.net')).toEqual({
      spf: 'fail',
      dkim: 'unknown',
      dmarc: 'unknown',
    });
  });

  test('a subject without control and direction characters', async () => {
    const { subject } = await read(withHeaders('Subject: =?utf-8?Q?a=0D=0Ab=E2=80=AEc?='));
    expect(subject).toBe('a b c');
  });

  test.each([
    ['none', []],
    ['two headers', ['From: a@salesforce.com', 'From: a@evil.net']],
    ['two addresses', ['From: a@salesforce.com, b@salesforce.com']],
    ['a group', ['From: Support: a@salesforce.com;']],
    ['a display name of another domain', ['From: "a@evil.net" <a@salesforce.com>']],
    ['an address that appears by decoding', ['From: =?utf-8?Q?a=40salesforce.com?=']],
    ['no address', ['From: salesforce.com']],
  ])('no sender when programs could disagree about it: %s', async (_name, headers) => {
    expect((await read(withHeaders(...headers))).from.address).toBe('');
  });

  test.each([
    ['From: "support@salesforce.com" <a@evil.net>', ''],
    ['From: "Salesforce (support)" <support@SALESFORCE.com>', 'support@SALESFORCE.com'],
    ['From: support@salesforce.com', 'support@salesforce.com'],
    ['From: =?utf-8?B?44K744O844Or44K544OV44Kp44O844K5?= <support@salesforce.com>', 'support@salesforce.com'],
  ])('the sender of %s', async (header, address) => {
    expect((await read(withHeaders(header))).from.address).toBe(address);
  });
});

describe('a mail that cannot be read', () => {
  const nestedParts = (depth: number) =>
    Array.from(
      { length: depth },
      (_, level) => `Content-Type: multipart/mixed; boundary="b${level}"\r\n\r\n--b${level}\r\n`,
    ).join('');
  const nestedMails = (depth: number) =>
    `${'Content-Type: message/rfc822\r\n\r\n'.repeat(depth)}${englishText(SAID)}`;

  test.each<[string, string, string]>([
    ['nothing', '', 'empty'],
    ['10 MB', 'x'.repeat(10_000_000), 'too-large'],
    [
      'many parts',
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\n'.repeat(501)}`,
      'too-many-parts',
    ],
    ['deep parts', nestedParts(40), 'too-deep'],
    ['deep mails', nestedMails(6), 'too-deep'],
    ['endless headers', `X: ${'y'.repeat(300_000)}\r\n\r\n`, 'malformed'],
  ])('%s', async (_name, raw, unreadable) => {
    expect(await reader.read(Buffer.from(raw), ENVELOPE)).toEqual({ unreadable });
  });

  test('limits are adjustable, and four attached mails are not too deep', async () => {
    const raw = Buffer.from(nestedMails(4));
    expect(await reader.read(raw, ENVELOPE)).toHaveProperty('texts');
    expect(await new MimeMailReader({ maxForwardDepth: 3 }).read(raw, ENVELOPE)).toEqual({
      unreadable: 'too-deep',
    });
    expect(await new MimeMailReader({ maxRawBytes: 10 }).read(raw, ENVELOPE)).toEqual({
      unreadable: 'too-large',
    });
  });
});

describe('hostile input', () => {
  const position = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  const damage = fc.array(fc.tuple(position, fc.uint8Array({ minLength: 1, maxLength: 6 })), {
    minLength: 1,
    maxLength: 8,
  });
  const damaged = (raw: Uint8Array, edits: Array<[number, Uint8Array]>) => {
    const copy = Buffer.from(raw);
    for (const [where, bytes] of edits) copy.set(bytes, Math.floor(where * (copy.length - bytes.length)));
    return copy;
  };

  test('truncated anywhere, a mail yields its token, a start of it, or none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.values(ARRIVALS)), position, async (arrival, where) => {
        const raw = await arrival(SAID);
        expect(SAID.token).toContain((await tokenIn(raw.subarray(0, Math.floor(raw.length * where)))) ?? '');
      }),
      { numRuns: 150 },
    );
  });

  test('damaged anywhere, a plain mail yields only what stands in it', async () => {
    await fc.assert(
      fc.asyncProperty(damage, async (edits) => {
        const raw = damaged(singlePart('text/plain', '7bit', englishText(SAID)), edits);
        expect(raw.toString('latin1')).toContain((await tokenIn(raw)) ?? '');
      }),
      { numRuns: 150 },
    );
  });

  test('no damage makes a token of a text that is labelled as something else', async () => {
    const decoy = `Username: ${SAID.username}\r\nSession: ${SAID.token}\r\n${SAID.token}\r\n`;
    const structured = [
      ...HEADERS,
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/html',
      '',
      `<p>${decoy}</p>`,
      '--b',
      'Content-Type: message/rfc822',
      '',
      ...HEADERS,
      '',
      decoy,
      '--b--',
    ].join('\r\n');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(structured, decoy), damage, async (text, edits) => {
        expect(await tokenIn(damaged(Buffer.from(text), edits))).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  test('random bytes are answered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (raw) => {
        expect(await tokenIn(raw)).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ['blanks within a value', `Username: a${' '.repeat(900_000)}b`],
    ['blank lines', '\n'.repeat(49_000)],
    ['lines of another kind', '\u2028'.repeat(300_000)],
    ['bold blank lines', '\u2028*'.repeat(200_000)],
    ['labels', 'Security token (\n'.repeat(50_000)],
    ['token lines', `Security token: ${SAID.token}\n`.repeat(20_000)],
    ['quotation marks', '> '.repeat(450_000)],
    ['open tags', `<p a="${'<'.repeat(900_000)}`],
    ['addresses', 'a@'.repeat(450_000)],
  ])('is answered, however large: %s', async (_name, text) => {
    for (const type of ['text/plain', 'text/html']) {
      expect([undefined, SAID.token]).toContain(await tokenIn(singlePart(type, '8bit', text)));
    }
  });

  test.each([
    ['recipients', `To: ${'a@b.c,'.repeat(40_000)}`],
    ['a sender of brackets', `From: ${'<('.repeat(100_000)}`],
    ['a subject of encoded words', `Subject: ${'=?utf-8?Q?a?= '.repeat(15_000)}`],
    ['a content type of parameters', `Content-Type: text/plain; ${'a*0*=b;'.repeat(30_000)}`],
  ])('is answered, however large: %s', async (_name, header) => {
    expect([undefined, SAID.token]).toContain(await tokenIn(Buffer.from(withHeaders(header))));
  });
});
