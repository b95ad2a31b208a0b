import { mapConcurrently } from '../commit/map-concurrently.ts';
import type { Configuration, Credential } from '../config/load.ts';
import type { CredentialState } from '../domain/state.ts';
import { note } from '../domain/transition.ts';
import { TokenNotYetUsable } from '../errors.ts';
import type { Ports } from '../ports/ports.ts';
import { advance } from '../reconcile/advance.ts';
import type { TokenOutcome } from '../reconcile/facts.ts';
import { openState } from '../reconcile/rebuild.ts';
import { StateKeeper } from '../reconcile/state-keeper.ts';
import { Workbench } from '../reconcile/workbench.ts';
import { judgeTokenMail, readAddressedUsernames } from '../token-mail/judge.ts';
import { foldUsername } from '../token-mail/labels.ts';
import type { ReceivedMail, UnreadableMail } from '../token-mail/mail.ts';

const PARALLEL_READS = 8;

export type MailOutcome =
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** No credential waits for a token of the users that the mail names. */
  | { readonly kind: 'nobody-waits' }
  | { readonly kind: 'refused'; readonly credential: string; readonly reason: string }
  | { readonly kind: 'offered'; readonly credential: string; readonly token: TokenOutcome };

/**
 * A mail came in. It is judged before anything is tried: only a mail that is
 * authentic, for the right user, newer than the change and with exactly one
 * token may cost a login attempt. Why a mail was refused is kept in the
 * history; its content never is.
 *
 * @throws TokenNotYetUsable where the same mail should be delivered again later.
 */
export async function receiveTokenMail(
  ports: Ports,
  configuration: Configuration,
  mail: ReceivedMail | UnreadableMail,
): Promise<MailOutcome> {
  if ('unreadable' in mail) return { kind: 'unreadable', reason: mail.unreadable };
  const waiting = await findWaiting(ports, configuration, readAddressedUsernames(mail));
  if (waiting === undefined) return { kind: 'nobody-waits' };
  const { credential, state } = waiting;
  const verdict = judgeTokenMail(mail, {
    usernames: [state.rotation?.username ?? ''],
    changedAt: new Date(state.rotation?.setStartedAt ?? state.since),
    allowedSenderDomains: credential.token.allowedSenderDomains,
  });
  if (verdict.kind === 'refused') {
    await recordRefusal(ports, credential.name, verdict.reason, verdict.detail);
    return { kind: 'refused', credential: credential.name, reason: verdict.reason };
  }
  const outcome = await advance(
    ports,
    configuration,
    credential.name,
    { kind: 'token', source: 'mailbox' },
    verdict.token,
  );
  const token = outcome.token ?? { kind: 'not-yet', because: outcome.because };
  if (token.kind === 'not-yet' || token.kind === 'rejected') {
    throw new TokenNotYetUsable(
      `The token for "${credential.name}" was not accepted yet (${token.kind === 'rejected' ? 'Salesforce refused it; a new token can take minutes to work' : token.because}). The mail is offered again.`,
    );
  }
  return { kind: 'offered', credential: credential.name, token };
}

/** The credential whose rotation set a password for one of these users and takes tokens by mail. */
async function findWaiting(
  ports: Ports,
  configuration: Configuration,
  usernames: readonly string[],
): Promise<{ credential: Credential; state: CredentialState } | undefined> {
  const candidates = [...configuration.credentials.values()].filter((credential) =>
    credential.token.sources.includes('mailbox'),
  );
  const waiting = await mapConcurrently(candidates, PARALLEL_READS, async (credential) => {
    const state = (await ports.ledger.load(credential.name)) ?? (await rebuilt(ports, credential));
    const username = state?.rotation && foldUsername(state.rotation.username);
    return state !== undefined && username !== undefined && usernames.includes(username) && isWaiting(state)
      ? [{ credential, state }]
      : [];
  });
  return waiting.flat()[0];
}

/** A mail may be the first to find that the ledger was lost. */
async function rebuilt(ports: Ports, credential: Credential): Promise<CredentialState> {
  const keeper = await openState(new Workbench(ports, credential));
  await keeper.settle();
  return keeper.state;
}

/** From the moment that Salesforce may have the password, a mail may come. */
function isWaiting(state: CredentialState): boolean {
  return state.phase === 'changing' || state.phase === 'awaiting-token' || state.phase === 'blocked';
}

async function recordRefusal(
  ports: Ports,
  credential: string,
  reason: string,
  detail: string,
): Promise<void> {
  const keeper = await StateKeeper.load(ports, credential);
  const at = ports.clock.now().toISOString();
  await keeper.update((state) =>
    note(state, at, { type: 'Token Refused', message: `A mail was refused: ${detail}`, reason }),
  );
  await keeper.settle();
}
