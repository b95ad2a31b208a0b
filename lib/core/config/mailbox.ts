import * as z from 'zod';
import { secretId, strict } from './parts.ts';

const HOST =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

const host = z
  .string()
  .regex(HOST, 'this is no name or address of a host. Write for example "imap.acme.com".')
  .transform((name) => name.toLowerCase());

const security = z.enum(['tls', 'starttls', 'none'], {
  error: () => 'the security of a mailbox is "tls" or "starttls" ("none" is for loopback only).',
});

const DEFAULT_PORTS = { tls: 993, starttls: 143, none: 143 } as const;

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost'];

const imap = strict({
  kind: z.literal('imap'),
  host,
  port: z.number().int().min(1).max(65_535).optional(),
  /** `tls` from the first byte, or `starttls`, without which nobody logs in. */
  security: security.default('tls'),
  /** Holds `{ "user": "…", "password": "…" }`, or an `accessToken` in place of the password. */
  secret: secretId,
  folder: z.string().min(1).max(200).default('INBOX'),
  /**
   * What the mail server puts at the start of its Authentication-Results headers.
   * Only such a header proves whom a mail is from.
   */
  authservId: z
    .string({
      error: (issue) =>
        issue.input === undefined
          ? 'this is missing: without it no mail is proven to be from Salesforce. Look into the headers of a received mail: it is the first word of the topmost "Authentication-Results".'
          : undefined,
    })
    .regex(
      /^[\x21-\x3a\x3c-\x7e]{1,253}$/,
      'this is no id of a mail server. Write for example "mx.acme.com".',
    ),
}).transform((mailbox, context) => {
  if (mailbox.security === 'none' && !LOOPBACK.includes(mailbox.host))
    context.addIssue({
      code: 'custom',
      path: ['security'],
      message: '"none" would send the password over the network as it is. Use "tls" or "starttls".',
    });
  return { ...mailbox, port: mailbox.port ?? DEFAULT_PORTS[mailbox.security] };
});

/** Where mails with tokens arrive, if SES does not receive them. */
export const mailbox = z.discriminatedUnion('kind', [imap], {
  error: () => 'the kind of a mailbox must be "imap".',
});

export type MailboxConfig = z.output<typeof mailbox>;

/** A domain that token mails come from, or whose subdomains they come from. */
export const senderDomain = z
  .string()
  .regex(
    /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i,
    'this is no domain. Write for example "salesforce.com", which stands for its subdomains, too; a name in another script in its xn-- form.',
  )
  .transform((domain) => domain.toLowerCase());
