import type { Credential } from '../config/load.ts';
import type { MailboxConfig } from '../config/schema.ts';
import { note, rotationOf, withRotation } from '../domain/transition.ts';
import type { MailboxProblem } from '../ports/mailbox-reader.ts';
import type { Ports } from '../ports/ports.ts';
import { StateKeeper } from '../reconcile/state-keeper.ts';

/** Why a mailbox could not be read: its secret, or what the visit met. */
type Problem = { readonly kind: MailboxProblem } | { readonly kind: 'secret'; readonly problem: string };

interface UnreadMailbox {
  readonly name: string;
  readonly mailbox: MailboxConfig;
  readonly problem: Problem;
}

/**
 * Says in the history of a credential that waits for a mail why its mailbox
 * could not be read: each reason once in a rotation, however often it is met.
 */
export async function recordMailboxProblem(
  ports: Ports,
  credential: Credential,
  rotationId: string,
  unread: UnreadMailbox,
): Promise<void> {
  const keeper = await StateKeeper.load(ports, credential);
  const reason = `mailbox-${unread.problem.kind}`;
  await keeper.updateRotation(rotationId, (state) => {
    const told = rotationOf(state).mailboxProblems ?? [];
    if (told.includes(reason)) return undefined;
    const event = { type: 'Mailbox Not Read', reason, ...sentences(unread) } as const;
    const noted = note(state, ports.clock.now().toISOString(), event);
    return withRotation(noted, { mailboxProblems: [...told, reason] });
  });
  await keeper.settle();
}

function sentences({ name, mailbox, problem }: UnreadMailbox): {
  readonly message: string;
  readonly remedy: string;
} {
  const { host, port, secret, folder } = mailbox;
  const what = `The mailbox "${name}" at ${host}:${port} could not be read`;
  switch (problem.kind) {
    case 'secret':
      return {
        message: `${what}: the secret "${secret}" cannot be used: ${problem.problem}.`,
        remedy:
          'Store a JSON object with user and password, or user and accessToken, in it; the next look reads it.',
      };
    case 'login-refused':
      return {
        message: `${what}: the server refused the login.`,
        remedy: `Store a login in "${secret}" that the server takes by IMAP; many want an app password or an access token.`,
      };
    case 'not-encrypted':
      return {
        message: `${what}: there is no TLS, or the certificate is not the host's, so nothing was sent.`,
        remedy: 'Correct host, port and security of the mailbox, or the certificate of the server.',
      };
    case 'no-folder':
      return {
        message: `${what}: the folder "${folder}" cannot be opened.`,
        remedy: "Correct the folder's name, or let the login read and mark mails in it.",
      };
    case 'unreachable':
      return {
        message: `${what}: there is no connection, or it broke.`,
        remedy:
          'Correct host and port, and let the functions reach them. It is tried again every five minutes.',
      };
    case 'too-slow':
      return {
        message: `${what}: it took longer than a look may.`,
        remedy: 'Give it a folder with fewer mails. It is tried again every five minutes.',
      };
    case 'not-understood':
      return {
        message: `${what}: what answers there does not speak IMAP as expected.`,
        remedy: 'Correct host, port and security of the mailbox.',
      };
  }
}
