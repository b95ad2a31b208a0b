import type { Redacted } from '../redacted.ts';
import { foldUsername, type LabelledValues, readLabels } from './labels.ts';
import type { MailVerdicts, ReceivedMail } from './mail.ts';
import { domainOf, isAllowedDomain } from './sender.ts';

/** What a mail must agree with before its token may cost a login attempt. */
export interface TokenMailExpectation {
  /** Every username that the credential could use now. Compared without regard to ASCII case. */
  readonly usernames: readonly string[];
  /** When the password changed (`LastPasswordChangeDate`, or when the service set it). */
  readonly changedAt: Date;
  /** A sender is allowed when its domain is one of these or lies below one. @default ['salesforce.com'] */
  readonly allowedSenderDomains?: readonly string[];
  /**
   * When the newest mail was written whose token was offered already: what is
   * older was replaced by it. By a minute at least, because clocks differ.
   */
  readonly newestOfferedAt?: Date | undefined;
  /**
   * Whether SPF must pass, too. A forward breaks it, and leaves the signature
   * whole; DKIM and DMARC must pass in any case.
   *
   * @default true
   */
  readonly requireSpf?: boolean;
  /** How much older than the change a mail may look, because clocks differ. @default 300 */
  readonly clockToleranceSeconds?: number;
}

export type TokenMailRefusal =
  | 'not-authentic'
  | 'sender-not-allowed'
  | 'not-a-token-mail'
  | 'no-username'
  | 'two-usernames'
  | 'other-user'
  | 'older-than-change'
  | 'superseded'
  | 'no-token'
  | 'two-tokens';

export interface AcceptedTokenMail {
  readonly kind: 'token';
  /** As the expectation spells it. */
  readonly username: string;
  readonly token: Redacted<string>;
  /** When the token mail was written, at the latest: see `writtenAt`. */
  readonly sentAt: Date;
  readonly receivedAt: Date;
}

export interface RefusedTokenMail {
  readonly kind: 'refused';
  readonly reason: TokenMailRefusal;
  /** One sentence for an operator. Holds neither the token nor any text of the mail. */
  readonly detail: string;
}

export type TokenMailVerdict = AcceptedTokenMail | RefusedTokenMail;

const DEFAULT_SENDER_DOMAINS: readonly string[] = ['salesforce.com'];
const DEFAULT_CLOCK_TOLERANCE_SECONDS = 300;
/** Between mails of the same sender, whose clocks agree better. */
const SUPERSEDED_AFTER_SECONDS = 60;

/**
 * Decides whether a mail brings the token that the expectation waits for. The
 * checks run in this order and the first that fails is the answer: authentic,
 * allowed sender, a token mail at all, the right user, newer than the change and
 * not replaced by a newer mail, exactly one token. It does not know whether Salesforce accepts the token.
 *
 * `gray` and `unknown` verdicts refuse the mail: Salesforce signs its mail and
 * publishes a DMARC policy, so a real one passes all three. In a mail that was
 * forwarded as an attachment every attached mail must name an allowed sender
 * too, and its date counts; who forwarded it is what was authenticated. An
 * inline forward or a reply has the date of the forwarding only.
 */
export function judgeTokenMail(mail: ReceivedMail, expectation: TokenMailExpectation): TokenMailVerdict {
  const refused =
    notAuthentic(mail.verdicts, expectation.requireSpf ?? true) ??
    senderNotAllowed(mail, expectation.allowedSenderDomains ?? DEFAULT_SENDER_DOMAINS);
  if (refused) return refused;

  const found = readLabels(mail.texts);
  return (
    notForUs(found, expectation.usernames) ??
    olderThanChange(mail, expectation) ??
    superseded(mail, expectation) ??
    notOneToken(found) ??
    accepted(mail, found, expectation.usernames)
  );
}

/**
 * The usernames that a mail is about, in lower case, so that it can be routed to
 * a credential before that credential's state is known. Says nothing about
 * whether the mail is to be believed.
 */
export function readAddressedUsernames(mail: ReceivedMail): string[] {
  return [...readLabels(mail.texts).usernames];
}

/**
 * When the token was written, at the latest: the earliest of the Date header,
 * the time of receipt and the Date headers of attached mails. A sender's clock
 * that runs ahead, or a fresh forward of an old mail, makes no token newer.
 */
function writtenAt(mail: ReceivedMail): Date {
  const dates = [mail.receivedAt, mail.sentAt, ...mail.forwarded.map((inner) => inner.sentAt)];
  return dates.reduce<Date>(
    (earliest, date) => (date !== undefined && date.getTime() < earliest.getTime() ? date : earliest),
    mail.receivedAt,
  );
}

/** Of several mails the newest accepted one counts: by date, then by receipt, then by order. */
export function newestToken(verdicts: Iterable<TokenMailVerdict>): AcceptedTokenMail | undefined {
  let newest: AcceptedTokenMail | undefined;
  for (const verdict of verdicts) {
    if (verdict.kind === 'token' && (!newest || !isOlder(verdict, newest))) newest = verdict;
  }
  return newest;
}

function isOlder(one: AcceptedTokenMail, other: AcceptedTokenMail): boolean {
  const bySending = one.sentAt.getTime() - other.sentAt.getTime();
  return bySending < 0 || (bySending === 0 && one.receivedAt.getTime() < other.receivedAt.getTime());
}

function notAuthentic({ spf, dkim, dmarc }: MailVerdicts, requireSpf: boolean): RefusedTokenMail | undefined {
  if ((spf === 'pass' || !requireSpf) && dkim === 'pass' && dmarc === 'pass') return undefined;
  return refuse(
    'not-authentic',
    `The mail is not proven to be from its sender (SPF ${spf}, DKIM ${dkim}, DMARC ${dmarc}); ` +
      `${requireSpf ? 'all three' : 'DKIM and DMARC'} must pass.`,
  );
}

function senderNotAllowed(mail: ReceivedMail, allowed: readonly string[]): RefusedTokenMail | undefined {
  const domain = domainOf(mail.from.address);
  if (!isAllowedDomain(domain, allowed)) {
    return refuse(
      'sender-not-allowed',
      `The sender's domain${domain ? ` ${domain}` : ''} is not among the allowed ones (${allowed.join(', ')}).`,
    );
  }
  if (mail.forwarded.every((inner) => isAllowedDomain(inner.fromDomain, allowed))) return undefined;
  return refuse(
    'sender-not-allowed',
    `The mail carries another mail whose sender's domain is not among the allowed ones (${allowed.join(', ')}).`,
  );
}

function notForUs(found: LabelledValues, expected: readonly string[]): RefusedTokenMail | undefined {
  if (!found.hasTokenLabel && !found.hasUsernameLabel) {
    return refuse('not-a-token-mail', 'The mail has neither a username line nor a security token line.');
  }
  const [username, ...others] = found.usernames;
  if (username === undefined) {
    return refuse('no-username', 'The mail does not say which user its security token belongs to.');
  }
  if (others.length > 0) {
    return refuse('two-usernames', 'The mail names more than one user, so its token cannot be assigned.');
  }
  if (spelledAs(username, expected) === undefined) {
    return refuse('other-user', 'The mail is for a user that this credential does not use.');
  }
  return undefined;
}

function olderThanChange(
  mail: ReceivedMail,
  expectation: TokenMailExpectation,
): RefusedTokenMail | undefined {
  const toleranceSeconds = expectation.clockToleranceSeconds ?? DEFAULT_CLOCK_TOLERANCE_SECONDS;
  const written = writtenAt(mail);
  if (written.getTime() + toleranceSeconds * 1000 >= expectation.changedAt.getTime()) return undefined;
  return refuse(
    'older-than-change',
    `The mail was written at ${iso(written)}, before ${iso(expectation.changedAt)}: since then the password was changed, ` +
      'or the token before was still accepted, so its token was replaced.',
  );
}

function superseded(
  mail: ReceivedMail,
  { newestOfferedAt }: TokenMailExpectation,
): RefusedTokenMail | undefined {
  const newest = newestOfferedAt?.getTime() ?? Number.NEGATIVE_INFINITY;
  return writtenAt(mail).getTime() + SUPERSEDED_AFTER_SECONDS * 1000 < newest ? supersededMail() : undefined;
}

/** A newer mail brings, or has brought, the token that counts. */
export function supersededMail(): RefusedTokenMail {
  return refuse('superseded', 'A newer mail has brought another token, which replaced the one in this mail.');
}

function notOneToken(found: LabelledValues): RefusedTokenMail | undefined {
  if (found.tokens.length === 0) {
    return refuse('no-token', 'The mail has no line with a well-formed security token.');
  }
  if (found.tokens.length > 1) {
    return refuse(
      'two-tokens',
      'The mail holds more than one security token, so none of them can be trusted.',
    );
  }
  return undefined;
}

function accepted(mail: ReceivedMail, found: LabelledValues, expected: readonly string[]): TokenMailVerdict {
  const username = spelledAs(found.usernames[0] ?? '', expected);
  const token = found.tokens[0];
  if (username === undefined || token === undefined)
    throw new TypeError('Nothing was refused, yet nothing was found.');
  return { kind: 'token', username, token, sentAt: writtenAt(mail), receivedAt: mail.receivedAt };
}

function spelledAs(folded: string, usernames: readonly string[]): string | undefined {
  return usernames.find((username) => foldUsername(username) === folded);
}

function refuse(reason: TokenMailRefusal, detail: string): RefusedTokenMail {
  return { kind: 'refused', reason, detail };
}

function iso(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an unknown time' : date.toISOString();
}
