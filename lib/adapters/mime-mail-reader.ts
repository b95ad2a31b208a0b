import PostalMime, { type Attachment, addressParser, type Email } from 'postal-mime';
import { Redacted } from '../core/redacted.ts';
import { htmlToText } from '../core/token-mail/html-text.ts';
import type {
  ForwardedMail,
  MailEnvelope,
  MailReader,
  ReceivedMail,
  UnreadableMail,
  UnreadableReason,
} from '../core/token-mail/mail.ts';
import { domainOf } from '../core/token-mail/sender.ts';

/** Every limit refuses the whole mail with a typed reason; none cuts a part off. */
export interface MimeMailLimits {
  /** @default 1048576 */
  readonly maxRawBytes: number;
  /** Header bytes of one message, all its parts together. @default 262144 */
  readonly maxHeaderBytes: number;
  /** Lines of the mail and of all mails attached to it; the parser's time goes by lines. @default 50000 */
  readonly maxLines: number;
  /** Lines that could be a MIME boundary, in the mail and all mails attached to it. @default 500 */
  readonly maxBoundaryLines: number;
  /** Multiparts within multiparts. @default 16 */
  readonly maxPartDepth: number;
  /** Mails attached to mails. @default 4 */
  readonly maxForwardDepth: number;
}

const DEFAULT_LIMITS: MimeMailLimits = {
  maxRawBytes: 1024 * 1024,
  maxHeaderBytes: 256 * 1024,
  maxLines: 50_000,
  maxBoundaryLines: 500,
  maxPartDepth: 16,
  maxForwardDepth: 4,
};
const LONGEST_HEADER = 500;
const MOST_RECIPIENTS = 100;
/** A mail passes a handful of servers, and each may add one. */
const MOST_AUTHENTICATION_RESULTS = 20;
const LINE_FEED = 0x0a;
const HYPHEN = 0x2d;

/** Reads raw mails with postal-mime. Attachments other than mails are not looked at. */
export class MimeMailReader implements MailReader {
  readonly #limits: MimeMailLimits;

  constructor(limits: Partial<MimeMailLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  async read(raw: Uint8Array, envelope: MailEnvelope): Promise<ReceivedMail | UnreadableMail> {
    if (raw.byteLength === 0) return { unreadable: 'empty' };
    if (raw.byteLength > this.#limits.maxRawBytes) return { unreadable: 'too-large' };
    try {
      const walk = new MailWalk(this.#limits);
      const mail = await walk.visit(raw, 0);
      return {
        messageId: mail.messageId === undefined ? undefined : headerText(mail.messageId),
        from: { address: soleSender(mail) },
        to: recipients(mail),
        subject: headerText(mail.subject ?? ''),
        sentAt: earliestDate(mail),
        receivedAt: envelope.receivedAt,
        texts: walk.texts,
        verdicts: envelope.verdicts,
        authenticationResults: authenticationResults(mail),
        forwarded: walk.forwarded,
      };
    } catch (error) {
      if (error instanceof Unreadable) return { unreadable: error.reason };
      throw error;
    }
  }
}

class Unreadable extends Error {
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason, options?: { cause?: unknown }) {
    super(reason, options);
    this.reason = reason;
  }
}

/** One mail and the mails attached to it, under limits that all of them share. */
class MailWalk {
  readonly texts: Redacted<string>[] = [];
  readonly forwarded: ForwardedMail[] = [];
  readonly #limits: MimeMailLimits;
  #lines = 0;
  #boundaryLines = 0;

  constructor(limits: MimeMailLimits) {
    this.#limits = limits;
  }

  async visit(raw: Uint8Array, depth: number): Promise<Email> {
    const counted = countLines(raw);
    this.#lines += counted.lines;
    this.#boundaryLines += counted.boundaryLines;
    if (this.#lines > this.#limits.maxLines) throw new Unreadable('too-large');
    if (this.#boundaryLines > this.#limits.maxBoundaryLines) throw new Unreadable('too-many-parts');
    const parser = new PartParser({
      forceRfc822Attachments: true,
      maxNestingDepth: this.#limits.maxPartDepth,
      maxHeadersSize: this.#limits.maxHeaderBytes,
    });
    const mail = await parse(parser, raw);
    this.texts.push(...parser.texts);
    for (const attachment of mail.attachments.filter(isMail))
      await this.#visitAttached(attachment, depth + 1);
    return mail;
  }

  async #visitAttached(attachment: Attachment, depth: number): Promise<void> {
    if (depth > this.#limits.maxForwardDepth) throw new Unreadable('too-deep');
    const mail = await this.visit(bytesOf(attachment), depth);
    this.forwarded.push({ fromDomain: domainOf(soleSender(mail)), sentAt: earliestDate(mail) });
  }
}

/**
 * The parser without its rendering. Where parts of text and of HTML stand side by
 * side it would convert each into the other, for which it shows titles and style
 * sheets as text, which nobody reads; here each part is kept for what it is.
 */
class PartParser extends PostalMime {
  readonly texts: Redacted<string>[] = [];

  /** In place of the parser's own step, which it takes for each part that has text. */
  addTextEntry(_node: unknown, type: 'plain' | 'html', { value }: { readonly value: string }): void {
    const text = type === 'html' ? htmlToText(value) : value;
    if (text !== '') this.texts.push(Redacted.of(text));
  }
}

/** The parser throws plain errors for its limits; with a mail as its only input, each is the mail's doing. */
async function parse(parser: PartParser, raw: Uint8Array): Promise<Email> {
  try {
    return await parser.parse(raw);
  } catch (cause) {
    const tooDeep = cause instanceof Error && cause.message.includes('nesting depth');
    throw new Unreadable(tooDeep ? 'too-deep' : 'malformed', { cause });
  }
}

function isMail({ mimeType, filename }: Attachment): boolean {
  return /^message\/(?:rfc822|global)$/i.test(mimeType) || /\.eml$/i.test(filename ?? '');
}

function bytesOf({ content }: Attachment): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
}

/** The parser has no limit on parts, and every part begins after a line that starts with two hyphens. */
function countLines(raw: Uint8Array): { lines: number; boundaryLines: number } {
  let lines = 0;
  let boundaryLines = 0;
  for (let start = 0; start < raw.length; ) {
    lines += 1;
    if (raw[start] === HYPHEN && raw[start + 1] === HYPHEN) boundaryLines += 1;
    const end = raw.indexOf(LINE_FEED, start);
    start = end === -1 ? raw.length : end + 1;
  }
  return { lines, boundaryLines };
}

/**
 * The address in From, or '' when programs could disagree about it: several From
 * headers or addresses, an address that only decoding brings out, or a display
 * name that shows another domain.
 */
function soleSender(mail: Email): string {
  const [header, ...others] = mail.headers.filter(({ key }) => key === 'from');
  if (header === undefined || others.length > 0) return '';
  const [mailbox, ...more] = addressParser(header.value);
  if (mailbox?.address === undefined || more.length > 0) return '';
  const domain = domainOf(mailbox.address);
  const shown = Array.from(header.value.matchAll(/@([^\s<>()[\]",;:\\]+)/g), (match) =>
    match[1]?.toLowerCase(),
  );
  return shown.length > 0 && shown.every((each) => each === domain) ? mailbox.address : '';
}

function recipients(mail: Email): string[] {
  const boxes = (mail.to ?? []).flatMap((entry) => entry.group ?? [entry]);
  return boxes.slice(0, MOST_RECIPIENTS).map(({ address }) => headerText(address));
}

/** Raw: what a server wrote into the header was not meant to be decoded. */
function authenticationResults(mail: Email): string[] {
  return mail.headers
    .filter(({ key }) => key === 'authentication-results')
    .slice(0, MOST_AUTHENTICATION_RESULTS)
    .map(({ value }) => value);
}

function earliestDate(mail: Email): Date | undefined {
  const times = mail.headers
    .filter(({ key }) => key === 'date')
    .map(({ value }) => Date.parse(value))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

/** Headers reach logs and pages: no control or direction characters, and not without end. */
function headerText(value: string): string {
  return value.slice(0, LONGEST_HEADER).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}
