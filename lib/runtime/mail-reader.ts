import { MimeMailReader } from '../adapters/mime-mail-reader.ts';
import type { MailReader } from '../core/token-mail/mail.ts';

/** Reads raw mails; only the mail function loads it. */
export const mailReader: MailReader = new MimeMailReader();
