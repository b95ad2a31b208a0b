import { base64Lines, encodedWord, quotedPrintable } from './mime.ts';
import type { SalesforceSettings } from './settings.ts';
import type { StoredUser } from './state.ts';

/** A message on its way: `raw` is a complete RFC 5322 message with CRLF line ends. */
export interface OutgoingMail {
  readonly from: string;
  readonly to: string;
  readonly raw: string;
}

interface Letter {
  readonly subject: string;
  readonly lines: readonly string[];
}

interface Envelope {
  readonly user: StoredUser;
  readonly settings: SalesforceSettings;
  readonly sentAt: Date;
  /** Left of the `@` of the Message-ID; also marks the parts of a multipart body. */
  readonly messageId: string;
}

const SUBJECT = {
  en: { current: 'Your new Salesforce security token', older: 'salesforce.com security token confirmation' },
  ja: {
    current: '新しい Salesforce セキュリティトークン',
    older: 'salesforce.com セキュリティトークンの確認',
  },
} as const;

/** The mail that carries a new security token (facts: Token mail). */
export function tokenMail(envelope: Envelope, token: string): OutgoingMail {
  const { settings, user } = envelope;
  const subject = SUBJECT[settings.mailLanguage][settings.mailSubject];
  const lines =
    settings.mailLanguage === 'ja'
      ? [
          'Salesforce のセキュリティトークンがリセットされました。',
          '',
          `ユーザ名: ${user.username}`,
          `セキュリティトークン (大文字と小文字を区別): ${token}`,
          '',
          'API またはデスクトップクライアントからのログインには、パスワードの後にこのトークンを付けてください。',
        ]
      : [
          'The security token of your Salesforce user was reset.',
          '',
          `Username: ${user.username}`,
          `Security token (case-sensitive): ${token}`,
          '',
          'To log in through the API or a desktop client, put this token right after your password.',
        ];
  return compose(envelope, { subject, lines });
}

/** The mail after an administrator's reset: a link, and no token yet. */
export function resetLinkMail(envelope: Envelope, code: string): OutgoingMail {
  const subject = envelope.settings.isSandbox
    ? 'Sandbox: Your password was reset'
    : 'Your password was reset';
  return compose(envelope, {
    subject,
    lines: [
      'An administrator reset the password of your Salesforce user.',
      '',
      `Username: ${envelope.user.username}`,
      '',
      'Open this page to choose a new one:',
      `https://login.salesforce.com/secur/forgotpassword.jsp?r=${code}`,
    ],
  });
}

function compose(envelope: Envelope, letter: Letter): OutgoingMail {
  const { settings, user, sentAt, messageId } = envelope;
  const headers = [
    `Date: ${sentAt.toUTCString().replace('GMT', '+0000')}`,
    `From: ${settings.mailFrom}`,
    `To: ${user.email}`,
    `Message-ID: <${messageId}@mail.salesforce.com>`,
    `Subject: ${encodedWord(letter.subject)}`,
    'MIME-Version: 1.0',
  ];
  const body = bodyOf(settings.mailEncoding, letter, messageId);
  return { from: settings.mailFrom, to: user.email, raw: [...headers, ...body, ''].join('\r\n') };
}

/** Headers of the content, an empty line, and the content. */
function bodyOf(encoding: SalesforceSettings['mailEncoding'], letter: Letter, mark: string): string[] {
  const text = letter.lines.join('\r\n');
  switch (encoding) {
    case 'plain':
      return part('text/plain', '8bit', text);
    case 'quoted-printable':
      return part('text/plain', 'quoted-printable', quotedPrintable(text));
    case 'base64':
      return part('text/plain', 'base64', base64Lines(text));
    case 'html-only':
      return part('text/html', 'quoted-printable', quotedPrintable(html(letter.lines)));
    case 'multipart': {
      const boundary = `----=_Part_${mark}`;
      return [
        'Content-Type: multipart/alternative;',
        ` boundary="${boundary}"`,
        '',
        `--${boundary}`,
        ...part('text/plain', 'quoted-printable', quotedPrintable(text)),
        `--${boundary}`,
        ...part('text/html', 'base64', base64Lines(html(letter.lines))),
        `--${boundary}--`,
      ];
    }
  }
}

function part(type: string, encoding: string, content: string): string[] {
  return [`Content-Type: ${type}; charset=UTF-8`, `Content-Transfer-Encoding: ${encoding}`, '', content];
}

function html(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'),
  );
  return `<html><body><p>${escaped.join('<br>\r\n')}</p></body></html>`;
}
