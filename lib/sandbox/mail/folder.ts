import type { ImapMessage } from '../imap/search.ts';
import type { ImapAccount } from '../imap/session.ts';
import type { Mailbox, StoredMail } from '../mailbox.ts';

/** The id of the sandbox's mail server. */
export const AUTHSERV_ID = 'mx.acme.example';

/** The mailbox as a folder with IMAP. Its flags go when the sandbox closes. */
export class MailFolder implements ImapAccount {
  readonly user: string;
  readonly password: string;
  readonly folder = 'INBOX';
  readonly keepsKeywords = true;
  readonly #mailbox: Mailbox;
  readonly #flags = new Map<number, ReadonlySet<string>>();

  constructor(mailbox: Mailbox, login: { readonly user: string; readonly password: string }) {
    this.#mailbox = mailbox;
    this.user = login.user;
    this.password = login.password;
  }

  messages(): readonly ImapMessage[] {
    return this.#mailbox.mails.map((mail, index) => ({
      uid: index + 1,
      receivedAt: new Date(mail.receivedAt),
      raw: Buffer.from(asReceived(mail), 'binary'),
      flags: this.#flags.get(index + 1) ?? new Set(),
    }));
  }

  addFlags(uid: number, flags: readonly string[]): void {
    this.#flags.set(uid, new Set([...(this.#flags.get(uid) ?? []), ...flags]));
  }
}

/**
 * With the header of the server that received it on top, and without those that
 * only pretend to be its own.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8601#section-5
 */
function asReceived({ raw, from, authentic }: StoredMail): string {
  const result = authentic ? 'pass' : 'fail';
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const header = [
    `Authentication-Results: ${AUTHSERV_ID};`,
    `\tspf=${result} (the sandbox's own verdict) smtp.mailfrom=${domain};`,
    `\tdkim=${result} header.d=${domain};`,
    `\tdmarc=${result} header.from=${domain}`,
  ].join('\r\n');
  return `${header}\r\n${withoutPretended(raw)}`;
}

function withoutPretended(raw: string): string {
  const end = raw.search(/\r?\n\r?\n/);
  const head = end === -1 ? raw : raw.slice(0, end);
  const kept = head
    .split(/\r?\n(?![ \t])/)
    .filter(
      (field) => !/^authentication-results\s*:/i.test(field) || !field.toLowerCase().includes(AUTHSERV_ID),
    );
  return kept.join('\r\n') + (end === -1 ? '' : raw.slice(end));
}
