import type { Configuration } from '../config/load.ts';
import { TokenNotYetUsable } from '../errors.ts';
import type { MailStore } from '../ports/mail-store.ts';
import type { Ports } from '../ports/ports.ts';
import type { MailEnvelope, MailReader, ReceivedMail, UnreadableMail } from '../token-mail/mail.ts';
import { type MailOutcome, receiveTokenMail } from './receive-token-mail.ts';

/** A mail as a receipt rule hands it over: in the message, or stored under a key. */
export interface IncomingMail extends MailEnvelope {
  readonly content:
    | { readonly kind: 'raw'; readonly raw: Uint8Array }
    | { readonly kind: 'stored'; readonly key: string };
}

/** What the mail function works with besides its ports. */
export interface MailIntake {
  readonly reader: MailReader;
  readonly store: MailStore;
}

/**
 * Reads mails and receives them. A stored one is discarded when it was handled,
 * whatever became of it.
 *
 * @throws TokenNotYetUsable where a mail should be delivered again later; the others were handled.
 * @throws MailStoreFault where a stored mail cannot be read now.
 */
export async function receiveTokenMails(
  ports: Ports,
  configuration: Configuration,
  intake: MailIntake,
  incoming: readonly IncomingMail[],
): Promise<readonly MailOutcome[]> {
  const mails: (ReceivedMail | UnreadableMail)[] = [];
  for (const mail of incoming) mails.push(await read(intake, mail));
  const outcomes = await receiveTokenMail(ports, configuration, mails);
  for (const [index, { content }] of incoming.entries()) {
    if (content.kind === 'stored' && outcomes[index]?.kind !== 'not-yet')
      await intake.store.discard(content.key);
  }
  const waiting = outcomes.find((outcome) => outcome.kind === 'not-yet');
  if (waiting === undefined) return outcomes;
  throw new TokenNotYetUsable(
    `The token for "${waiting.credential}" was not accepted yet (${waiting.because}). The mail is offered again.`,
  );
}

async function read(
  { reader, store }: MailIntake,
  { content, ...envelope }: IncomingMail,
): Promise<ReceivedMail | UnreadableMail> {
  if (content.kind === 'raw') return reader.read(content.raw, envelope);
  const stored = await store.read(content.key);
  return stored.kind === 'found' ? reader.read(stored.raw, envelope) : { unreadable: stored.kind };
}
