import type { ImapFlow, ImapFlowOptions, SearchObject } from 'imapflow';
import type {
  FoundMail,
  MailboxAddress,
  MailboxProblem,
  MailboxReader,
  MailboxVisit,
  MailSearch,
} from '../core/ports/mailbox-reader.ts';
import { withDeadline } from './deadline.ts';
import { problemOf } from './imap-problem.ts';

/** Every limit leaves something out or gives up; none cuts a mail. */
export interface ImapLimits {
  /** The newest so many of the mails that were found. @default 20 */
  readonly maxMails: number;
  /** What the MIME reader takes. @default 1048576 */
  readonly maxMailBytes: number;
  /** For connecting, looking and reading together; what is done with the mails is not counted. @default 25000 */
  readonly readMilliseconds: number;
  /** For marking what was handled, and for leaving. @default 10000 */
  readonly leaveMilliseconds: number;
}

const DEFAULT_LIMITS: ImapLimits = {
  maxMails: 20,
  maxMailBytes: 1024 * 1024,
  readMilliseconds: 25_000,
  leaveMilliseconds: 10_000,
};

/** Set where the server keeps keywords, so that a person who opens a mail does not hide it. */
const HANDLED = '$SalesforceTokenHandled';
const SEEN = '\\Seen';
const DAY_MILLISECONDS = 86_400_000;

/** Reads mailboxes with imapflow, which is loaded at the first visit. */
export class ImapMailbox implements MailboxReader {
  readonly #limits: ImapLimits;
  readonly #certificates: string | undefined;

  /** @param certificates PEM of the authorities to trust, in place of those that Node brings. */
  constructor(limits: Partial<ImapLimits> = {}, certificates?: string) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#certificates = certificates;
  }

  async visit(
    mailbox: MailboxAddress,
    search: MailSearch,
    handle: (mails: readonly FoundMail[]) => Promise<readonly number[]>,
  ): Promise<MailboxVisit> {
    const { ImapFlow } = await import('imapflow');
    const client = new ImapFlow(this.#options(mailbox));
    // An error that is emitted is the one that the call at work throws.
    client.on('error', () => undefined);
    try {
      return await this.#visit(client, mailbox, search, handle);
    } finally {
      client.close();
    }
  }

  async #visit(
    client: ImapFlow,
    mailbox: MailboxAddress,
    search: MailSearch,
    handle: (mails: readonly FoundMail[]) => Promise<readonly number[]>,
  ): Promise<MailboxVisit> {
    const { readMilliseconds, leaveMilliseconds } = this.#limits;
    const reading = await attempt(() => withDeadline(this.#read(client, mailbox, search), readMilliseconds));
    if (reading.kind === 'failed') return reading;
    const { mails } = reading.value;
    const handled = mails.length === 0 ? [] : await handle(mails);
    const leaving = await attempt(() => withDeadline(leave(client, handled), leaveMilliseconds));
    return leaving.kind === 'failed' ? leaving : { kind: 'visited', found: mails.length };
  }

  async #read(
    client: ImapFlow,
    mailbox: MailboxAddress,
    search: MailSearch,
  ): Promise<{ readonly mails: FoundMail[] }> {
    await client.connect();
    await client.mailboxOpen(mailbox.folder);
    const found = await client.search(queryFor(client, search), { uid: true });
    if (!Array.isArray(found))
      throw Object.assign(new Error('the search was refused'), { code: 'InvalidResponse' });
    const newest = [...found].sort((a, b) => b - a).slice(0, this.#limits.maxMails);
    const mails: FoundMail[] = [];
    for (const uid of newest) {
      const mail = await this.#fetch(client, uid);
      if (mail !== undefined) mails.push(mail);
    }
    return { mails };
  }

  /** The size first: what is too large never crosses the network. */
  async #fetch(client: ImapFlow, uid: number): Promise<FoundMail | undefined> {
    const about = await client.fetchOne(String(uid), { size: true, internalDate: true }, { uid: true });
    // Somebody else may have deleted it meanwhile.
    if (about === false) return undefined;
    const receivedAt = new Date(about.internalDate ?? Number.NaN);
    if ((about.size ?? 0) > this.#limits.maxMailBytes) return { id: uid, receivedAt, raw: undefined };
    const whole = await client.fetchOne(String(uid), { source: true }, { uid: true });
    return whole === false || whole.source === undefined
      ? undefined
      : { id: uid, receivedAt, raw: whole.source };
  }

  #options({ host, port, security, login }: MailboxAddress): ImapFlowOptions {
    const { maxMailBytes, readMilliseconds } = this.#limits;
    const secret = login.secret.reveal();
    return {
      host,
      port,
      secure: security === 'tls',
      doSTARTTLS: security === 'starttls',
      auth: { user: login.user, ...(login.kind === 'password' ? { pass: secret } : { accessToken: secret }) },
      tls: {
        minVersion: 'TLSv1.2',
        ...(this.#certificates === undefined ? {} : { ca: this.#certificates }),
      },
      // It would log what is read.
      logger: false,
      clientInfo: { name: 'salesforce-credential-rotation' },
      disableAutoIdle: true,
      connectionTimeout: readMilliseconds,
      greetingTimeout: readMilliseconds,
      socketTimeout: readMilliseconds,
      maxLiteralSize: 2 * maxMailBytes,
      maxLineLength: maxMailBytes,
      maxResponseSize: 4 * maxMailBytes,
    };
  }
}

/** The day before counts, because a server looks at days, in its own time. */
function queryFor(client: ImapFlow, { since, senders }: MailSearch): SearchObject {
  const from = senders.map((sender) => ({ from: sender }));
  return {
    since: new Date(since.getTime() - DAY_MILLISECONDS),
    ...(keepsKeywords(client) ? { unKeyword: HANDLED } : { seen: false }),
    ...(from.length === 1 ? from[0] : { or: from }),
  };
}

function keepsKeywords({ mailbox }: ImapFlow): boolean {
  const flags = mailbox === false ? undefined : mailbox.permanentFlags;
  return flags?.has('\\*') === true || flags?.has(HANDLED) === true;
}

async function leave(client: ImapFlow, handled: readonly number[]): Promise<void> {
  if (handled.length > 0) {
    const flags = keepsKeywords(client) ? [SEEN, HANDLED] : [SEEN];
    await client.messageFlagsAdd(handled.join(','), flags, { uid: true });
  }
  await client.logout();
}

async function attempt<T>(
  work: () => Promise<T>,
): Promise<
  { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly problem: MailboxProblem }
> {
  try {
    return { kind: 'done', value: await work() };
  } catch (error) {
    return { kind: 'failed', problem: problemOf(error) };
  }
}
