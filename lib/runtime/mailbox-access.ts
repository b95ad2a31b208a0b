import { ImapMailbox } from '../adapters/imap-mailbox.ts';
import type { MailboxAccess } from '../core/intake/poll-mailboxes.ts';
import type { MailReader } from '../core/token-mail/mail.ts';

/** Loaded at the first mail: most looks of the watch find nobody who waits for one. */
const lazyReader: MailReader = {
  async read(raw, envelope) {
    const { mailReader } = await import('./mail-reader.ts');
    return mailReader.read(raw, envelope);
  },
};

/** What the watch reads mailboxes with. */
export const mailboxAccess: MailboxAccess = { mailboxes: new ImapMailbox(), reader: lazyReader };
