import { randomBytes, randomUUID } from 'node:crypto';
import nodemailer, { type Transporter } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import type { Clock } from '../core/ports/clock.ts';
import type { Journal } from './journal.ts';

export interface StoredMail {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly receivedAt: string;
  /** Whether it came from the org, as SPF, DKIM and DMARC would tell. */
  readonly authentic: boolean;
  readonly raw: string;
  /** When it is due to be handed to the mail function; absent when that is done. */
  handleAt?: number;
  tries: number;
}

/** Lambda tries an asynchronous invocation twice more, after one and two minutes. */
const RETRY_SECONDS = [60, 120];
const MAX_MAIL_BYTES = 10 * 1024 * 1024;

/**
 * A mail server on loopback and the mailbox behind it. Who logs in with the
 * org's own SMTP password is Salesforce; mail from anybody else is taken too,
 * and marked as not authentic, as SES would do.
 */
export class Mailbox {
  readonly #clock: Clock;
  readonly #journal: Journal<StoredMail[]>;
  readonly #orgPassword = randomBytes(18).toString('base64url');
  readonly #server: SMTPServer;
  #mails: StoredMail[];
  #port = 0;
  #transport: Transporter | undefined;
  /** Called when a mail came in. */
  onMail: () => void = () => undefined;

  constructor(clock: Clock, journal: Journal<StoredMail[]>) {
    this.#clock = clock;
    this.#journal = journal;
    this.#mails = journal.load() ?? [];
    this.#server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      disableReverseLookup: true,
      size: MAX_MAIL_BYTES,
      onAuth: (auth, _session, callback) => {
        if (auth.password === this.#orgPassword) callback(null, { user: 'salesforce' });
        else callback(new Error('Invalid username or password'));
      },
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          this.#store(
            mailFrom === false ? '' : mailFrom.address,
            rcptTo.map((recipient) => recipient.address),
            session.user === 'salesforce',
            Buffer.concat(chunks).toString('binary'),
          );
          callback();
        });
      },
    });
  }

  get port(): number {
    return this.#port;
  }

  get mails(): readonly StoredMail[] {
    return this.#mails;
  }

  async start(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.on('error', reject);
      this.#server.listen(port, '127.0.0.1', () => resolve());
    });
    const address = this.#server.server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : port;
  }

  async close(): Promise<void> {
    this.#transport?.close();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Sends as the org does: by SMTP, with the org's password, over a connection that stays open. */
  async sendAsOrg(mail: { readonly from: string; readonly to: string; readonly raw: string }): Promise<void> {
    this.#transport ??= nodemailer.createTransport({
      pool: true,
      maxConnections: 1,
      host: '127.0.0.1',
      port: this.#port,
      secure: false,
      ignoreTLS: true,
      auth: { user: 'salesforce', pass: this.#orgPassword },
    });
    await this.#transport.sendMail({ envelope: { from: mail.from, to: mail.to }, raw: mail.raw });
  }

  nextDueAt(): number | undefined {
    const due = this.#mails.flatMap((mail) => (mail.handleAt === undefined ? [] : [mail.handleAt]));
    return due.length === 0 ? undefined : Math.min(...due);
  }

  nextDue(): StoredMail | undefined {
    const now = this.#clock.now().getTime();
    return this.#mails.find((mail) => mail.handleAt !== undefined && mail.handleAt <= now);
  }

  /** The function has taken the mail, or has failed on it. */
  handled(mail: StoredMail, succeeded: boolean): void {
    const retry = succeeded ? undefined : RETRY_SECONDS[mail.tries];
    mail.tries += 1;
    if (retry === undefined) delete mail.handleAt;
    else mail.handleAt = this.#clock.now().getTime() + retry * 1_000;
    this.#journal.save(this.#mails);
  }

  #store(from: string, to: readonly string[], authentic: boolean, raw: string): void {
    const now = this.#clock.now();
    const mail = {
      id: randomUUID(),
      from,
      to,
      receivedAt: now.toISOString(),
      authentic,
      raw,
      handleAt: now.getTime(),
      tries: 0,
    };
    this.#mails = [...this.#mails, mail];
    this.#journal.save(this.#mails);
    this.onMail();
  }
}

/** What SES hands to the mail function through an SNS topic, with the mail in Base64. */
export function sesEvent(mail: StoredMail): unknown {
  return notification(mail, {
    action: { type: 'SNS', topicArn: TOPIC_ARN, encoding: 'BASE64' },
    content: Buffer.from(mail.raw, 'binary').toString('base64'),
  });
}

/** The same where the receipt rule has stored the mail in a bucket, under its id. */
export function sesStoredEvent(mail: StoredMail, bucketName: string): unknown {
  return notification(mail, {
    action: { type: 'S3', topicArn: TOPIC_ARN, bucketName, objectKey: mail.id },
  });
}

const TOPIC_ARN = 'arn:aws:sns:eu-central-1:000000000000:mail';

/** @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html */
function notification(
  mail: StoredMail,
  { action, content }: { readonly action: object; readonly content?: string },
): unknown {
  const status = mail.authentic ? 'PASS' : 'FAIL';
  const message = {
    notificationType: 'Received',
    mail: { timestamp: mail.receivedAt, source: mail.from, destination: mail.to, messageId: mail.id },
    receipt: {
      timestamp: mail.receivedAt,
      recipients: mail.to,
      spfVerdict: { status },
      dkimVerdict: { status },
      dmarcVerdict: { status },
      action,
    },
    ...(content === undefined ? {} : { content }),
  };
  return { Records: [{ EventSource: 'aws:sns', Sns: { Message: JSON.stringify(message) } }] };
}
