import { mapConcurrently } from '../commit/map-concurrently.ts';
import type { Configuration, Credential } from '../config/load.ts';
import type { CredentialState, Rotation } from '../domain/state.ts';
import { rotationOf, withRotation } from '../domain/transition.ts';
import type { Ports } from '../ports/ports.ts';
import { advance } from '../reconcile/advance.ts';
import type { TokenOutcome } from '../reconcile/facts.ts';
import { openState } from '../reconcile/rebuild.ts';
import { StateKeeper } from '../reconcile/state-keeper.ts';
import { Workbench } from '../reconcile/workbench.ts';
import {
  type AcceptedTokenMail,
  judgeTokenMail,
  newestToken,
  type RefusedTokenMail,
  readAddressedUsernames,
  supersededMail,
  type TokenMailVerdict,
} from '../token-mail/judge.ts';
import { foldUsername } from '../token-mail/labels.ts';
import type { ReceivedMail, UnreadableMail } from '../token-mail/mail.ts';
import { recordRefusals } from './record-refusals.ts';

const PARALLEL_READS = 8;

export type MailOutcome =
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** No credential waits for a token of the users that the mail names. */
  | { readonly kind: 'nobody-waits' }
  | { readonly kind: 'refused'; readonly credential: string; readonly reason: string }
  | {
      readonly kind: 'offered';
      readonly credential: string;
      readonly token: Extract<TokenOutcome, { kind: 'accepted' | 'declined' }>;
    }
  /** The token was not accepted yet, and may be later: the same mail is to be offered again. */
  | { readonly kind: 'not-yet'; readonly credential: string; readonly because: string };

/** A mail that is for a credential which waits, with its place among the mails. */
interface JudgedMail {
  readonly index: number;
  readonly credential: Credential;
  readonly state: CredentialState;
  readonly verdict: TokenMailVerdict;
}

/**
 * Mails came in. They are judged before anything is tried: only a mail that is
 * authentic, for the right user, newer than the change and with exactly one
 * token may cost a login attempt, and of several only the newest does. Why a
 * mail was refused is kept in the history; its content never is.
 *
 * @param mailbox The configured mailbox in which they were found; absent for mails that SES received.
 * @returns what became of each, in the order of the mails.
 */
export async function receiveTokenMail(
  ports: Ports,
  configuration: Configuration,
  mails: readonly (ReceivedMail | UnreadableMail)[],
  mailbox?: string,
): Promise<readonly MailOutcome[]> {
  const outcomes = mails.map<MailOutcome>((mail) =>
    'unreadable' in mail ? { kind: 'unreadable', reason: mail.unreadable } : { kind: 'nobody-waits' },
  );
  const judged = await judgeAll(ports, configuration, mails, mailbox);
  for (const ofOne of Map.groupBy(judged, ({ credential }) => credential.name).values()) {
    for (const [index, outcome] of await offerNewest(ports, configuration, ofOne)) outcomes[index] = outcome;
  }
  for (const outcome of outcomes)
    ports.telemetry.mail({ kind: outcome.kind, reason: 'reason' in outcome ? outcome.reason : undefined });
  return outcomes;
}

async function judgeAll(
  ports: Ports,
  configuration: Configuration,
  mails: readonly (ReceivedMail | UnreadableMail)[],
  mailbox: string | undefined,
): Promise<readonly JudgedMail[]> {
  const addressed = mails.map((mail) => ('unreadable' in mail ? [] : readAddressedUsernames(mail)));
  const waiting = addressed.every((usernames) => usernames.length === 0)
    ? []
    : await findWaiting(ports, configuration, mailbox);
  return mails.flatMap((mail, index) => {
    const found = waiting.find(({ username }) => addressed[index]?.includes(username));
    if (found === undefined || 'unreadable' in mail) return [];
    const { credential, state } = found;
    return [{ index, credential, state, verdict: judge(mail, credential, state) }];
  });
}

function judge(mail: ReceivedMail, credential: Credential, state: CredentialState): TokenMailVerdict {
  const { username, setStartedAt, newestMailAt } = rotationOf(state);
  return judgeTokenMail(mail, {
    usernames: [username],
    changedAt: new Date(setStartedAt ?? state.since),
    newestOfferedAt: newestMailAt === undefined ? undefined : new Date(newestMailAt),
    allowedSenderDomains: credential.token.allowedSenderDomains,
    requireSpf: credential.token.requireSpf,
  });
}

interface Waiting {
  readonly credential: Credential;
  readonly state: CredentialState;
  /** As usernames are compared. */
  readonly username: string;
}

/** The credentials whose rotation set a password and that take tokens by mail from there. */
async function findWaiting(
  ports: Ports,
  configuration: Configuration,
  mailbox: string | undefined,
): Promise<readonly Waiting[]> {
  const candidates = [...configuration.credentials.values()].filter(
    ({ token }) => token.sources.includes('mailbox') && token.mailbox === mailbox,
  );
  const waiting = await mapConcurrently(candidates, PARALLEL_READS, async (credential) => {
    const state = (await ports.ledger.load(credential.name)) ?? (await rebuilt(ports, credential));
    return state.rotation !== undefined && mayGetMail(state)
      ? [{ credential, state, username: foldUsername(state.rotation.username) }]
      : [];
  });
  return waiting.flat();
}

/** A mail may be the first to find that the ledger was lost. */
async function rebuilt(ports: Ports, credential: Credential): Promise<CredentialState> {
  const keeper = await openState(new Workbench(ports, credential));
  await keeper.settle();
  return keeper.state;
}

/** From the moment that Salesforce may have the password, a mail may come. */
function mayGetMail(state: CredentialState): boolean {
  return state.phase === 'changing' || state.phase === 'awaiting-token' || state.phase === 'blocked';
}

/** All mails of one credential: the newest token is offered, and what is refused is noted. */
async function offerNewest(
  ports: Ports,
  configuration: Configuration,
  mails: readonly JudgedMail[],
): Promise<readonly (readonly [number, MailOutcome])[]> {
  const [first] = mails;
  if (first === undefined) return [];
  const { credential, state } = first;
  const newest = newestToken(mails.map(({ verdict }) => verdict));
  const refused = mails.flatMap(({ index, verdict }) => {
    const final = isAnotherToken(verdict, newest) ? supersededMail() : verdict;
    return final.kind === 'refused' ? [{ index, ...final }] : [];
  });
  await note(ports, credential, rotationOf(state).id, refused, newest);
  const offered =
    newest === undefined ? undefined : await offer(ports, configuration, credential.name, newest);
  const reasons = new Map(refused.map(({ index, reason }) => [index, reason]));
  return mails.flatMap(({ index }) => {
    const reason = reasons.get(index);
    if (reason !== undefined)
      return [[index, { kind: 'refused', credential: credential.name, reason }] as const];
    return offered === undefined ? [] : [[index, offered] as const];
  });
}

/** The same token twice is the same mail twice. */
function isAnotherToken(verdict: TokenMailVerdict, newest: AcceptedTokenMail | undefined): boolean {
  return verdict.kind === 'token' && newest !== undefined && !verdict.token.equals(newest.token);
}

/** What the ledger keeps of the mails, before a token is tried: the reasons, and how new the newest was. */
async function note(
  ports: Ports,
  credential: Credential,
  rotationId: string,
  refused: readonly RefusedTokenMail[],
  newest: AcceptedTokenMail | undefined,
): Promise<void> {
  const keeper = await StateKeeper.load(ports, credential);
  await recordRefusals(keeper, ports.clock.now(), rotationId, refused);
  if (newest !== undefined) await rememberNewest(keeper, rotationId, newest.sentAt);
  await keeper.settle();
}

async function offer(
  ports: Ports,
  configuration: Configuration,
  credential: string,
  mail: AcceptedTokenMail,
): Promise<MailOutcome> {
  const trigger = { kind: 'token', source: 'mailbox' } as const;
  const outcome = await advance(ports, configuration, credential, trigger, { token: mail.token });
  const token = outcome.token ?? { kind: 'not-yet', because: outcome.because };
  switch (token.kind) {
    case 'accepted':
    case 'declined':
      return { kind: 'offered', credential, token };
    case 'rejected':
      return {
        kind: 'not-yet',
        credential,
        because: 'Salesforce refused it; a new token can take minutes to work',
      };
    case 'not-yet':
      return { kind: 'not-yet', credential, because: token.because };
  }
}

/** An older mail that comes later brings a token that this one has replaced. */
async function rememberNewest(keeper: StateKeeper, rotationId: string, writtenAt: Date): Promise<void> {
  const at = writtenAt.toISOString();
  await keeper.updateRotation(rotationId, (state) =>
    isNewer(at, state.rotation) ? withRotation(state, { newestMailAt: at }) : undefined,
  );
}

function isNewer(at: string, rotation: Rotation | undefined): boolean {
  return rotation?.newestMailAt === undefined || at > rotation.newestMailAt;
}
