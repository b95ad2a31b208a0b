import PostalMime from 'postal-mime';
import { htmlToText } from '../core/token-mail/html-text.ts';
import type { StoredMail } from './mailbox.ts';

/** A mail as its reader sees it. */
export interface ReadableMail {
  readonly subject: string;
  readonly text: string;
}

export async function readableMail({ raw }: Pick<StoredMail, 'raw'>): Promise<ReadableMail> {
  const mail = await PostalMime.parse(Buffer.from(raw, 'binary'));
  return { subject: mail.subject ?? '', text: mail.text ?? htmlToText(mail.html ?? '') };
}
