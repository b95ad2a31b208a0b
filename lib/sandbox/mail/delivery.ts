import { randomBytes } from 'node:crypto';
import { serve } from '../http.ts';
import { ImapServer } from '../imap/server.ts';
import { type Mailbox, type StoredMail, sesEvent, sesStoredEvent } from '../mailbox.ts';
import { Bucket, s3StandIn } from '../s3/stand-in.ts';
import type { Wire } from '../wire.ts';
import { AUTHSERV_ID, MailFolder } from './folder.ts';

/**
 * How the mails of the mailbox come to the service: as a receipt rule hands them
 * over, in its message or in a bucket, or not by themselves, because they wait in
 * a mailbox with IMAP.
 */
export type MailDeliveryKind = 'message' | 'bucket' | 'imap';

/** The way of the mails, open. */
export interface MailDelivery {
  /** What the mail function is invoked with; `undefined` where nobody invokes it. */
  eventFor(mail: StoredMail): unknown;
  /** What the functions are told of it. */
  readonly variables: Readonly<Record<string, string>>;
  readonly bucket?: Bucket;
  readonly imap?: ImapAccess;
  close(): Promise<void>;
}

/** How to get into the mailbox by IMAP. */
interface ImapAccess {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** What the server puts at the start of its Authentication-Results headers. */
  readonly authservId: string;
  /** What clients asked for. */
  readonly server: ImapServer;
}

export async function openMailDelivery(
  kind: MailDeliveryKind,
  mailbox: Mailbox,
  wire: Wire,
): Promise<MailDelivery> {
  switch (kind) {
    case 'message':
      return { eventFor: sesEvent, variables: {}, close: async () => undefined };
    case 'bucket':
      return openBucket(wire);
    case 'imap':
      return openImap(mailbox);
  }
}

async function openBucket(wire: Wire): Promise<MailDelivery> {
  const bucket = new Bucket('mails-with-tokens');
  const server = await serve(s3StandIn(bucket), wire);
  return {
    bucket,
    eventFor(mail) {
      // A repeated delivery brings the same notification, not the mail once more.
      if (mail.tries === 0) bucket.put(mail.id, Buffer.from(mail.raw, 'binary'));
      return sesStoredEvent(mail, bucket.name);
    },
    variables: { MAIL_BUCKET: bucket.name, AWS_ENDPOINT_URL_S3: server.url },
    close: () => server.close(),
  };
}

async function openImap(mailbox: Mailbox): Promise<MailDelivery> {
  const login = { user: 'tokens@acme.example', password: randomBytes(18).toString('base64url') };
  const server = await ImapServer.start(new MailFolder(mailbox, login));
  return {
    imap: { ...login, port: server.port, authservId: AUTHSERV_ID, server },
    eventFor: () => undefined,
    variables: {},
    close: () => server.close(),
  };
}
