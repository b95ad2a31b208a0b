import fc from 'fast-check';
import type { MailVerdicts } from '../../lib/core/token-mail/mail.ts';

/**
 * Hostile mails, and with each what is true of it: said by how it was built, never
 * by reading it. Whoever takes a token out of one must agree.
 */
export interface HostileMail {
  readonly raw: Buffer;
  readonly verdicts: MailVerdicts;
  readonly receivedAt: Date;
  readonly truth: Truth;
}

/** What a careful person with the right mail program could say. */
export interface Truth {
  readonly isAuthentic: boolean;
  /** Every mail in it has one sender, of an allowed domain. */
  readonly isFromAllowedSender: boolean;
  /** Nothing in it was written, or received, before the change. */
  readonly isNewer: boolean;
  /** Usernames that its texts name, in lower case. */
  readonly usernames: readonly string[];
  /** Tokens that its texts show. */
  readonly tokens: readonly string[];
  /** Tokens in places that nobody reads: comments, headers, attachments, around the parts. */
  readonly unread: readonly string[];
  /** Whether it was damaged, or so built that programs may see different parts of it. */
  readonly isAmbiguous: boolean;
  /** Whether nothing hostile is in it. */
  readonly isGenuine: boolean;
}

export const OURS = 'billing@acme.example';
export const GENUINE = 'NewTokenNewTokenNewToken';
const PLANTED = 'PlantedPlantedPlantedPla';
const UNREAD = 'UnreadUnreadUnreadUnread';
export const CHANGED_AT = new Date('2026-11-01T11:30:00Z');

/** One thing that a mail may have, how it is written, and what is true of it. */
interface Variant<T> {
  readonly written: string;
  readonly means: T;
}

const is =
  <T>(means: T) =>
  (written: string): Variant<T> => ({ written, means });

const SENDERS: readonly Variant<'allowed' | 'refused'>[] = [
  ...[
    'From: support@salesforce.com',
    'From: Salesforce <support@EMEA.salesforce.com>',
    'from: "Salesforce (support)" <noreply@salesforce.com>',
  ].map(is('allowed' as const)),
  ...[
    'From: support@salesforce.com.evil.example',
    'From: support@xsalesforce.com',
    'From: support@sa1esforce.com',
    'From: support@s\u0430lesforce.com',
    'From: support@xn--slesforce-4ni.com',
    'From: support@salesforce.com.',
    'From: support@salesforce\u3002com',
    'From: support@\u202emoc.ecrofselas',
    'From: support@evil.example (support@salesforce.com)',
    'From: "support@salesforce.com" <a@evil.example>',
    'From: "a@evil.example" <support@salesforce.com>',
    'From: a@evil.example, support@salesforce.com',
    'From: support@salesforce.com, a@evil.example',
    'From: Support: support@salesforce.com, a@evil.example;',
    'From: =?utf-8?Q?support=40salesforce.com?=',
    'From: =?utf-8?B?c3VwcG9ydEBzYWxlc2ZvcmNlLmNvbQ==?= <a@evil.example>',
    'From: a@evil.example\r\nFrom: support@salesforce.com',
    'From: support@salesforce.com\r\nFrom: a@evil.example',
    'From: a@evil.example\r\nSender: support@salesforce.com\r\nResent-From: support@salesforce.com',
    'From: a@evil.example\r\nSubject: x\r\n From: support@salesforce.com',
    'From: a@evil.example\rFrom: support@salesforce.com',
    'From: a@evil.example\u0000\r\nX-From: support@salesforce.com',
    'From: a@evil.example%salesforce.com',
    'From: <@salesforce.com:a@evil.example>',
    'From: support@salesforce.com@evil.example',
    'X-From: support@salesforce.com',
    'From:',
  ].map(is('refused' as const)),
];

const DATES: readonly Variant<'newer' | 'older'>[] = [
  ...[
    'Date: Sun, 01 Nov 2026 11:31:00 +0000',
    'Date: Mon, 01 Mar 2027 00:00:00 +0000',
    'X-Date: none',
    'Date: yesterday',
  ].map(is('newer' as const)),
  ...[
    'Date: Sun, 01 Nov 2026 11:00:00 +0000',
    'Date: Sun, 01 Nov 2026 11:31:00 +0000\r\nDate: Sat, 31 Oct 2026 00:00:00 +0000',
    'Date: Thu, 01 Jan 1970 00:00:00 +0000',
  ].map(is('older' as const)),
];

const NAMES: readonly Variant<readonly string[]>[] = [
  ...[OURS, 'Billing@ACME.example', `\u200b${OURS}\u00a0`, `${OURS} <mailto:${OURS}>`].map(is([OURS])),
  is(['eve@evil.example'])('eve@evil.example'),
  is([`${OURS}.sandbox`])(`${OURS}.sandbox`),
  is([OURS, 'eve@evil.example'])(`${OURS} <mailto:eve@evil.example>`),
  is(['bill\u200bing@acme.example'])('bill\u200bing@acme.example'),
  is([`\u202e${OURS}`])(`\u202e${OURS}`),
  is(['b\u0456lling@acme.example'])('b\u0456lling@acme.example'),
  is([])('see above'),
];

const TOKENS: readonly Variant<readonly string[]>[] = [
  ...[GENUINE, `\u200b ${GENUINE} \u2060`].map(is([GENUINE])),
  is([PLANTED])(PLANTED),
  is([])('x'.repeat(19)),
  is([])('x'.repeat(33)),
  is([])(`\u202e${GENUINE}`),
  is([])(`${GENUINE.slice(0, 12)}\u200b${GENUINE.slice(12)}`),
  is([])(`${GENUINE} is it`),
  is([])('\u0000'),
];

/** A text that states something, as a token mail does. */
interface Claim {
  readonly text: string;
  readonly usernames: readonly string[];
  readonly tokens: readonly string[];
}

const honest: Claim = claimOf(
  NAMES[0] as Variant<readonly string[]>,
  TOKENS[0] as Variant<readonly string[]>,
);

function claimOf(name: Variant<readonly string[]>, token: Variant<readonly string[]>): Claim {
  return {
    text: `Username: ${name.written}\r\nSecurity token (case-sensitive): ${token.written}\r\n`,
    usernames: name.means,
    tokens: token.means,
  };
}

/** As honest as the other, with another token. */
const planted: Claim = claimOf(NAMES[0] as Variant<readonly string[]>, is([PLANTED])(PLANTED));
const greeting: Claim = { text: 'Good morning.\r\n', usernames: [], tokens: [] };

const claim = fc.oneof(
  { weight: 3, arbitrary: fc.constant(honest) },
  { weight: 1, arbitrary: fc.constant(planted) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...TOKENS)).map(([n, t]) => claimOf(n, t)),
  },
  { weight: 1, arbitrary: fc.constant(greeting) },
);

const unreadText = `Username: ${OURS}\r\nSecurity token: ${UNREAD}\r\n`;

/** A body part: what stands in it is read, or it is not. */
interface Part {
  readonly written: Buffer;
  readonly read: readonly Claim[];
  /** Mails in it, each with its sender and date. */
  readonly mails: readonly { readonly sender: Variant<string>; readonly date: Variant<string> }[];
  readonly isAmbiguous: boolean;
}

const part = (head: string, body: string | Buffer, rest: Partial<Part> = {}): Part => ({
  written: Buffer.concat([Buffer.from(`${head}\r\n\r\n`), Buffer.from(body as string)]),
  read: [],
  mails: [],
  isAmbiguous: false,
  ...rest,
});

const quotedPrintable = (text: string) =>
  Array.from(Buffer.from(text), (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
    '=\r\n',
  );

const TEXT_FORMS: readonly ((claim: Claim) => Part)[] = [
  (said) => part('Content-Type: text/plain; charset=utf-8', said.text, { read: [said] }),
  (said) =>
    part(
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable',
      quotedPrintable(said.text),
      {
        read: [said],
      },
    ),
  (said) =>
    part(
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64',
      Buffer.from(said.text).toString('base64').replace(/.{60}/g, '$&\r\n'),
      { read: [said] },
    ),
];

const escaped = (text: string) =>
  Array.from(text, (character) =>
    /[\r\n]/.test(character) ? '<br>' : `&#${character.codePointAt(0) ?? 0};`,
  ).join('');

const HTML_FORMS: readonly ((said: Claim) => Part)[] = [
  (said) => part('Content-Type: text/html; charset=utf-8', `<p>${escaped(said.text)}</p>`, { read: [said] }),
  // What only some programs hide is read by us.
  (said) =>
    part('Content-Type: text/html; charset=utf-8', `<div style="display:none">${escaped(said.text)}</div>`, {
      read: [said],
    }),
  (said) =>
    part(
      'Content-Type: text/html; charset=utf-8',
      `<!-- ${unreadText} --><title>${unreadText}</title><style>${unreadText}</style><script>"${unreadText}"</script>${escaped(said.text)}`,
      { read: [said] },
    ),
  (said) =>
    part(
      'Content-Type: text/html; charset=utf-8',
      `<img alt="${unreadText}"><a href="${unreadText}">x</a><br>${escaped(said.text)}`,
      {
        read: [said],
      },
    ),
];

/** Programs may disagree about these, or give up. */
const ODD_FORMS: readonly ((said: Claim) => Part)[] = [
  (said) =>
    part('Content-Type: text/plain; charset=utf-16le', said.text, { read: [said], isAmbiguous: true }),
  (said) =>
    part('Content-Type: text/plain; charset=iso-2022-jp', `\x1b$B${said.text}`, {
      read: [said],
      isAmbiguous: true,
    }),
  (said) =>
    part('Content-Type: text/plain; charset="no such\u0000charset"', said.text, {
      read: [said],
      isAmbiguous: true,
    }),
  (said) =>
    part(
      'Content-Type: text/plain\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding: base64',
      said.text,
      {
        read: [said],
        isAmbiguous: true,
      },
    ),
  (said) =>
    part(
      'Content-Transfer-Encoding: base64',
      `${'@'.repeat(500)}${Buffer.from(said.text).toString('base64')}====`,
      {
        read: [said],
        isAmbiguous: true,
      },
    ),
  (said) =>
    part('Content-Transfer-Encoding: quoted-printable', `${'=\r\n'.repeat(20_000)}=ZZ${said.text}=`, {
      read: [said],
      isAmbiguous: true,
    }),
  (said) =>
    part('Content-Type: text/plain', `${'\u0000'.repeat(300)}\r\n${said.text}`, {
      read: [said],
      isAmbiguous: true,
    }),
  (said) =>
    part('Content-Type: text/html', `<${'<'.repeat(5_000)}<p "${said.text}`, {
      read: [said],
      isAmbiguous: true,
    }),
  (said) => part('Content-Type: multipart/mixed', said.text, { read: [said], isAmbiguous: true }),
];

const NOT_READ: readonly Part[] = [
  part(
    'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=x.bin',
    unreadText,
  ),
  part('Content-Type: text/plain; name=x.txt\r\nContent-Disposition: attachment; filename=x.txt', unreadText),
  part(
    'Content-Type: image/png\r\nContent-Transfer-Encoding: base64',
    Buffer.from(unreadText).toString('base64'),
  ),
];

const leaf = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...TEXT_FORMS, ...HTML_FORMS), claim)
      .map(([form, said]) => form(said)),
  },
  { weight: 2, arbitrary: fc.constantFrom(...NOT_READ) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...ODD_FORMS), claim).map(([form, said]) => form(said)) },
);

const joined = (parts: readonly Part[]): Pick<Part, 'read' | 'mails' | 'isAmbiguous'> => ({
  read: parts.flatMap(({ read }) => read),
  mails: parts.flatMap(({ mails }) => mails),
  isAmbiguous: parts.some(({ isAmbiguous }) => isAmbiguous),
});

const between = (boundary: string, parts: readonly Part[]) =>
  Buffer.concat(parts.flatMap(({ written }) => [Buffer.from(`\r\n--${boundary}\r\n`), written]));

interface Tree {
  readonly body: Part;
}

const KINDS = ['mixed', 'alternative', 'related'] as const;

/** Parts in parts, mails in mails, as deep as a hostile sender likes. */
const { body } = fc.letrec<Tree>((tie) => ({
  body: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    { weight: 4, arbitrary: leaf },
    { weight: 2, arbitrary: multipart(tie('body') as fc.Arbitrary<Part>) },
    { weight: 2, arbitrary: attachedMail(tie('body') as fc.Arbitrary<Part>) },
  ),
}));

function multipart(inner: fc.Arbitrary<Part>): fc.Arbitrary<Part> {
  return fc
    .record({
      parts: fc.array(inner, { minLength: 1, maxLength: 3 }),
      kind: fc.constantFrom(...KINDS),
      // The same boundary in a part as around it, one that another begins with, and one that is not closed.
      boundary: fc.oneof(
        { weight: 6, arbitrary: fc.stringMatching(/^[a-z]{12}$/) },
        { weight: 1, arbitrary: fc.constantFrom('same', 'sam', 's') },
      ),
      isClosed: fc.oneof(
        { weight: 8, arbitrary: fc.constant(true) },
        { weight: 1, arbitrary: fc.constant(false) },
      ),
    })
    .map(({ parts, kind, boundary, isClosed }) => together(kind, parts, boundary, isClosed));
}

function together(kind: string, parts: readonly Part[], boundary: string, isClosed = true): Part {
  return {
    ...joined(parts),
    isAmbiguous: boundary.length < 12 || !isClosed || parts.some((each) => each.isAmbiguous),
    written: Buffer.concat([
      Buffer.from(`Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n${unreadText}`),
      between(boundary, parts),
      Buffer.from(isClosed ? `\r\n--${boundary}--\r\n${unreadText}` : ''),
    ]),
  };
}

function attachedMail(inner: fc.Arbitrary<Part>): fc.Arbitrary<Part> {
  return fc
    .tuple(inner, fc.constantFrom(...SENDERS), fc.constantFrom(...DATES))
    .map(([content, sender, date]) => ({
      ...content,
      mails: [...content.mails, { sender, date }],
      written: Buffer.concat([
        Buffer.from(`Content-Type: message/rfc822\r\n\r\n${sender.written}\r\n${date.written}\r\n`),
        content.written,
      ]),
    }));
}

const EXTRA_HEADERS = [
  '',
  `Subject: ${unreadText.replaceAll('\r\n', '\r\n ')}x`,
  `X-Token: ${UNREAD}`,
  'Authentication-Results: mx.acme.com; spf=pass; dkim=pass; dmarc=pass',
  `Subject: =?utf-8?Q?Username=3A_${OURS}=0D=0ASecurity_token=3A_${UNREAD}?=`,
  'X-Long: '.padEnd(2_000, 'y'),
  Array.from({ length: 200 }, (_, index) => `X-${index}: y`).join('\r\n'),
  '\u202eX: y',
];

const verdict = fc.constantFrom('pass' as const, 'fail' as const, 'gray' as const, 'unknown' as const);
const verdicts = fc.oneof(
  { weight: 4, arbitrary: fc.constant<MailVerdicts>({ spf: 'pass', dkim: 'pass', dmarc: 'pass' }) },
  { weight: 1, arbitrary: fc.record({ spf: verdict, dkim: verdict, dmarc: verdict }) },
);
const received = fc.oneof(
  { weight: 6, arbitrary: fc.constant(new Date('2026-11-01T11:31:05Z')) },
  { weight: 1, arbitrary: fc.constant(new Date('2026-11-01T11:00:00Z')) },
);

type Damage = (raw: Buffer, where: number, bytes: Buffer) => Buffer;

const DAMAGES: readonly Damage[] = [
  (raw, where) => raw.subarray(0, Math.floor(raw.length * where)),
  (raw, where, bytes) => {
    const at = Math.floor(raw.length * where);
    return Buffer.concat([raw.subarray(0, at), bytes, raw.subarray(at)]);
  },
  (raw, where) => {
    const at = Math.floor(raw.length * where);
    return Buffer.concat([raw.subarray(0, at), raw.subarray(at + 40)]);
  },
  (raw) => Buffer.from(raw.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  (raw) => Buffer.from(raw.toString('latin1').replaceAll('\r\n', '\r'), 'latin1'),
  (raw, where) => Buffer.concat([raw, raw.subarray(Math.floor(raw.length * where))]),
];

const damage = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constantFrom(...DAMAGES),
      where: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    }),
  },
);

/** What makes a mail large, behind everything that it says: most are not. */
const PADDING: readonly string[] = [
  'x'.repeat(10_000_000),
  '\r\n'.repeat(60_000),
  '\r\n--x'.repeat(600),
  '> '.repeat(200_000),
];
const padding = fc.oneof(
  { weight: 60, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom(...PADDING) },
);

/** Any hostile mail, among them some that are none. */
export const hostileMail: fc.Arbitrary<HostileMail> = fc
  .record({
    body: fc.oneof(
      { weight: 3, arbitrary: body },
      { weight: 1, arbitrary: fc.constantFrom(...TEXT_FORMS, ...HTML_FORMS).map((form) => form(honest)) },
    ),
    sender: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...SENDERS.filter(({ means }) => means === 'allowed')) },
      { weight: 1, arbitrary: fc.constantFrom(...SENDERS) },
    ),
    date: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...DATES.filter(({ means }) => means === 'newer')) },
      { weight: 1, arbitrary: fc.constantFrom(...DATES) },
    ),
    extra: fc.constantFrom(...EXTRA_HEADERS),
    verdicts,
    receivedAt: received,
    damage,
    padding,
  })
  .map(build);

/** Everything that a mail is made of. */
interface Ingredients {
  readonly body: Part;
  readonly sender: Variant<'allowed' | 'refused'>;
  readonly date: Variant<'newer' | 'older'>;
  readonly extra: string;
  readonly verdicts: MailVerdicts;
  readonly receivedAt: Date;
  readonly damage: { readonly does: Damage; readonly where: number; readonly bytes: Buffer } | undefined;
  readonly padding: string;
}

function build({
  body: content,
  sender,
  date,
  extra,
  damage: harm,
  padding: pad,
  ...envelope
}: Ingredients): HostileMail {
  const head = [sender.written, date.written, ...(extra === '' ? [] : [extra])].join('\r\n');
  const whole = Buffer.concat([Buffer.from(`${head}\r\n`), content.written, Buffer.from(pad)]);
  const mails = [{ sender, date }, ...content.mails];
  const truth = {
    isAuthentic: Object.values(envelope.verdicts).every((each) => each === 'pass'),
    isFromAllowedSender: mails.every((each) => each.sender.means === 'allowed'),
    isNewer:
      mails.every((each) => each.date.means === 'newer') &&
      envelope.receivedAt.getTime() >= CHANGED_AT.getTime() - 300_000,
    usernames: [...new Set(content.read.flatMap(({ usernames }) => usernames))],
    tokens: [...new Set(content.read.flatMap(({ tokens }) => tokens))],
    unread: [UNREAD],
    isAmbiguous: content.isAmbiguous || harm !== undefined,
  };
  return {
    ...envelope,
    raw: harm === undefined ? whole : harm.does(whole, harm.where, harm.bytes),
    truth: { ...truth, isGenuine: isGenuine(truth, content, pad) },
  };
}

const PLAIN: Ingredients = {
  body: part('Content-Type: text/plain; charset=utf-8', honest.text, { read: [honest] }),
  sender: SENDERS[0] as Variant<'allowed'>,
  date: DATES[0] as Variant<'newer'>,
  extra: '',
  verdicts: { spf: 'pass', dkim: 'pass', dmarc: 'pass' },
  receivedAt: new Date('2026-11-01T11:31:05Z'),
  damage: undefined,
  padding: '',
};

/** Each way in which one thing alone can be out of order, in a mail that is genuine otherwise. */
export const OUT_OF_ORDER: readonly (readonly [string, HostileMail])[] = [
  ...SENDERS.map((sender) => [sender.written, build({ ...PLAIN, sender })] as const),
  ...DATES.map((date) => [date.written, build({ ...PLAIN, date })] as const),
  ...EXTRA_HEADERS.map((extra) => [extra.slice(0, 60), build({ ...PLAIN, extra })] as const),
  ...PADDING.map(
    (pad) =>
      [`${pad.length} of ${JSON.stringify(pad.slice(0, 5))}`, build({ ...PLAIN, padding: pad })] as const,
  ),
  ...NAMES.map((name) =>
    said(`username ${name.written}`, claimOf(name, TOKENS[0] as Variant<readonly string[]>)),
  ),
  ...TOKENS.map((token) =>
    said(`token ${token.written}`, claimOf(NAMES[0] as Variant<readonly string[]>, token)),
  ),
  ...[...TEXT_FORMS, ...HTML_FORMS, ...ODD_FORMS].map(
    (form) =>
      [form(honest).written.toString().slice(0, 80), build({ ...PLAIN, body: form(honest) })] as const,
  ),
  ...KINDS.flatMap((kind) =>
    HTML_FORMS.flatMap((html, form) =>
      Object.entries({ honest, planted, greeting }).flatMap(([inText, text]) =>
        Object.entries({ honest, planted, greeting }).map(([inHtml, other]) => {
          const parts = [(TEXT_FORMS[0] as (claim: Claim) => Part)(text), html(other)];
          const content = together(kind, parts, 'abcdefghijkl');
          return [
            `${kind}: ${inText} text, ${inHtml} HTML ${form}`,
            build({ ...PLAIN, body: content }),
          ] as const;
        }),
      ),
    ),
  ),
];

function said(name: string, what: Claim): readonly [string, HostileMail] {
  return [
    name,
    build({ ...PLAIN, body: part('Content-Type: text/plain; charset=utf-8', what.text, { read: [what] }) }),
  ];
}

/** Not deep, not large, in order: what Salesforce could have sent, or somebody forwarded. */
function isGenuine(truth: Omit<Truth, 'isGenuine'>, content: Part, pad: string): boolean {
  return (
    mayBeTaken(truth) &&
    !truth.isAmbiguous &&
    pad === '' &&
    content.mails.length === 0 &&
    content.written.length < 10_000
  );
}

/** Whether a token may be taken out of a mail of which this is true; `isAmbiguous` aside. */
export function mayBeTaken({
  isAuthentic,
  isFromAllowedSender,
  isNewer,
  usernames,
  tokens,
}: Omit<Truth, 'isGenuine'>): boolean {
  const [username, ...otherUsers] = usernames;
  const [token, ...otherTokens] = tokens;
  return (
    isAuthentic &&
    isFromAllowedSender &&
    isNewer &&
    username === OURS &&
    otherUsers.length === 0 &&
    token !== undefined &&
    otherTokens.length === 0
  );
}
