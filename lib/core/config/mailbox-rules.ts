import type { ConfigurationFile } from './schema.ts';

/** What is wrong with the mailboxes that credentials name. */
export function mailboxProblems(
  file: ConfigurationFile,
): readonly { readonly path: string; readonly message: string }[] {
  return Object.entries(file.credentials).flatMap(([name, { token }]) => {
    const { mailbox, sources } = token;
    if (mailbox === undefined) return [];
    const path = `credentials.${name}.token`;
    const known = Object.keys(file.mailboxes);
    if (!known.includes(mailbox)) {
      const listed = known.join(', ') || 'none';
      const message = `there is no mailbox "${mailbox}". Add it under "mailboxes", or use one of: ${listed}.`;
      return [{ path: `${path}.mailbox`, message }];
    }
    if (sources.includes('mailbox')) return [];
    const message =
      'a mailbox is named, and mails are no source of tokens. Add "mailbox", or take the mailbox out.';
    return [{ path: `${path}.sources`, message }];
  });
}
