import type { Redacted } from '../redacted.ts';

/** What the receiving mail system decided about one authentication method. `gray` is SES's "no opinion". */
export type MailVerdict = 'pass' | 'fail' | 'gray' | 'unknown';

export interface MailVerdicts {
  readonly spf: MailVerdict;
  readonly dkim: MailVerdict;
  readonly dmarc: MailVerdict;
}

/** What the receiving mail system knows and the mail itself cannot say. */
export interface MailEnvelope {
  readonly receivedAt: Date;
  readonly verdicts: MailVerdicts;
}

/**
 * A mail that travelled inside another one as an attachment. The verdicts speak
 * about the outer mail only: nothing here was authenticated by anybody.
 */
export interface ForwardedMail {
  /** Lower-case domain of its From header; undefined when there is no single well-formed one. */
  readonly fromDomain: string | undefined;
  readonly sentAt: Date | undefined;
}

/** A mail, reduced to what a decision about a security token needs. */
export interface ReceivedMail {
  readonly messageId: string | undefined;
  /** `address` is empty when the mail does not name exactly one sender. */
  readonly from: { readonly address: string };
  readonly to: readonly string[];
  readonly subject: string;
  /** The earliest Date header, as written by the sender. */
  readonly sentAt: Date | undefined;
  readonly receivedAt: Date;
  /** Every text that a person could read: plain parts, HTML as text, and both of attached mails. */
  readonly texts: readonly Redacted<string>[];
  readonly verdicts: MailVerdicts;
  /**
   * The Authentication-Results headers of the outer mail, topmost first, as they
   * stand there. Anybody can write one: see `headerVerdicts`.
   */
  readonly authenticationResults: readonly string[];
  readonly forwarded: readonly ForwardedMail[];
}

/**
 * - `empty`: no bytes
 * - `too-large`: more bytes or lines than a token mail could need
 * - `too-many-parts`, `too-deep`: a MIME structure no mail program writes
 * - `malformed`: the parser gave up
 * - `gone`: it was stored, and is there no more: handled before, or too old
 */
export type UnreadableReason = 'empty' | 'too-large' | 'too-many-parts' | 'too-deep' | 'malformed' | 'gone';

export interface UnreadableMail {
  readonly unreadable: UnreadableReason;
}

/** For a mail of which the receiving mail system has said nothing yet. */
export const NOTHING_PROVEN: MailVerdicts = { spf: 'unknown', dkim: 'unknown', dmarc: 'unknown' };

/** Turns a raw RFC 5322 message into a `ReceivedMail`. */
export interface MailReader {
  /**
   * Bounded in time and memory. Whatever a sender can put into a mail is an
   * answer, never an exception. It judges nothing: see `judgeTokenMail`.
   */
  read(raw: Uint8Array, envelope: MailEnvelope): Promise<ReceivedMail | UnreadableMail>;
}
