import type { Configuration } from '../config/load.ts';
import type { Ports } from '../ports/ports.ts';
import type { MailEnvelope, MailReader } from '../token-mail/mail.ts';
import { type MailOutcome, receiveTokenMail } from './receive-token-mail.ts';

/** Reads and judges raw mails one after the other. */
export async function receiveTokenMails(
  ports: Ports,
  configuration: Configuration,
  reader: MailReader,
  mails: readonly (MailEnvelope & { readonly raw: Uint8Array })[],
): Promise<readonly MailOutcome[]> {
  const outcomes: MailOutcome[] = [];
  for (const { raw, ...envelope } of mails) {
    outcomes.push(await receiveTokenMail(ports, configuration, await reader.read(raw, envelope)));
  }
  return outcomes;
}
