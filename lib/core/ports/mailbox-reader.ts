import type { Redacted } from '../redacted.ts';

/** Where a mailbox is, and how to get in. */
export interface MailboxAddress {
  readonly host: string;
  readonly port: number;
  /** `starttls` without TLS is no connection; `none` is for loopback. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly folder: string;
  readonly login: MailboxLogin;
}

export interface MailboxLogin {
  readonly user: string;
  readonly secret: Redacted;
  readonly kind: 'password' | 'access-token';
}

/** Which mails are of interest. It is a mail server that looks, so it may find more. */
export interface MailSearch {
  /** To the day; the one before counts as well, because it may be the server's. */
  readonly since: Date;
  /** Whose mails: each is a part of the sender's address. */
  readonly senders: readonly string[];
}

export interface FoundMail {
  /** Within this visit. */
  readonly id: number;
  readonly receivedAt: Date;
  /** Absent where it has more bytes than anybody reads of a mail. */
  readonly raw: Uint8Array | undefined;
}

export type MailboxVisit =
  | { readonly kind: 'visited'; readonly found: number }
  | { readonly kind: 'failed'; readonly problem: MailboxProblem };

/**
 * - `unreachable`: no connection, or it broke
 * - `not-encrypted`: TLS is not offered, or the certificate is not the host's
 * - `login-refused`: the server does not take the login
 * - `no-folder`: it has no such folder, or the login may not open it
 * - `too-slow`: it took longer than a visit may
 * - `not-understood`: its answers are no IMAP
 */
export type MailboxProblem =
  | 'unreachable'
  | 'not-encrypted'
  | 'login-refused'
  | 'no-folder'
  | 'too-slow'
  | 'not-understood';

/** Reads mailboxes. Bounded in time, in the number of mails and in their size; deletes nothing. */
export interface MailboxReader {
  /**
   * Looks into one mailbox, the newest mails first, and marks as seen what was
   * handled, so that it is not found again.
   *
   * @param handle Gets what was found, and says which of it was handled. Not called when nothing was.
   */
  visit(
    mailbox: MailboxAddress,
    search: MailSearch,
    handle: (mails: readonly FoundMail[]) => Promise<readonly number[]>,
  ): Promise<MailboxVisit>;
}
