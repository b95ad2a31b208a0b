import { mapConcurrently } from '../commit/map-concurrently.ts';
import type { Configuration, Credential } from '../config/load.ts';
import type { MailboxConfig } from '../config/schema.ts';
import { parseMailboxLogin } from '../domain/mailbox-login.ts';
import type { ParsedValue } from '../domain/secret-fields.ts';
import type { CredentialState, Rotation } from '../domain/state.ts';
import type { FoundMail, MailboxLogin, MailboxReader } from '../ports/mailbox-reader.ts';
import type { Ports } from '../ports/ports.ts';
import { headerVerdicts } from '../token-mail/authentication-results.ts';
import {
  type MailReader,
  NOTHING_PROVEN,
  type ReceivedMail,
  type UnreadableMail,
} from '../token-mail/mail.ts';
import { domainOf } from '../token-mail/sender.ts';
import { recordMailboxProblem } from './mailbox-problem.ts';
import { type MailOutcome, receiveTokenMail } from './receive-token-mail.ts';

const PARALLEL_MAILBOXES = 4;

/** What a look into mailboxes needs besides the ports. */
export interface MailboxAccess {
  readonly mailboxes: MailboxReader;
  readonly reader: MailReader;
}

/** A credential as the ledger has it. */
export interface FleetMember {
  readonly credential: Credential;
  readonly state: CredentialState | undefined;
}

/** A credential that waits for a token from a mailbox. */
interface Waiting {
  readonly credential: Credential;
  readonly rotation: Rotation;
  readonly since: Date;
}

/**
 * Looks into the mailboxes of which some credential waits for a token, and into
 * no other. Never throws: what is wrong with a mailbox is told to the credentials
 * that wait for it, once, and keeps no other mailbox from being read.
 */
export async function pollMailboxes(
  ports: Ports,
  configuration: Configuration,
  access: MailboxAccess,
  fleet: readonly FleetMember[],
): Promise<void> {
  const byMailbox = Map.groupBy(fleet.flatMap(waitingOf), ({ credential }) => credential.token.mailbox ?? '');
  await mapConcurrently([...byMailbox], PARALLEL_MAILBOXES, async ([name, waiting]) => {
    try {
      await poll(ports, configuration, access, name, waiting);
    } catch (error) {
      ports.telemetry.warn(`the mailbox "${name}" could not be looked into now; the next look comes`, error);
    }
  });
}

/** What was blocked goes on when it is resumed: its mails stay until then. */
function waitingOf({ credential, state }: FleetMember): readonly Waiting[] {
  const { mailbox, sources } = credential.token;
  if (mailbox === undefined || !sources.includes('mailbox') || state?.rotation === undefined) return [];
  if (state.phase !== 'changing' && state.phase !== 'awaiting-token') return [];
  if (state.rotation.cause === 'rollback') return [];
  const { rotation } = state;
  return [{ credential, rotation, since: new Date(rotation.setStartedAt ?? state.since) }];
}

async function poll(
  ports: Ports,
  configuration: Configuration,
  { mailboxes, reader }: MailboxAccess,
  name: string,
  waiting: readonly Waiting[],
): Promise<void> {
  const mailbox = configuration.mailboxes[name];
  if (mailbox === undefined) return;
  const login = await readLogin(ports, mailbox);
  if (login.kind !== 'value') {
    const problem = login.kind === 'unusable' ? login.problem : 'it is empty';
    return tell(ports, waiting, { name, mailbox, problem: { kind: 'secret', problem } });
  }
  const search = {
    since: new Date(Math.min(...waiting.map(({ since }) => since.getTime()))),
    senders: [...new Set(waiting.flatMap(({ credential }) => credential.token.allowedSenderDomains))],
  };
  const visit = await mailboxes.visit({ ...mailbox, login: login.value }, search, async (found) => {
    const mails = await Promise.all(found.map((each) => read(reader, mailbox, each)));
    const outcomes = await receiveTokenMail(ports, configuration, mails, name);
    return found.flatMap(({ id }, index) => (isHandled(outcomes[index]) ? [id] : []));
  });
  if (visit.kind === 'failed')
    await tell(ports, waiting, { name, mailbox, problem: { kind: visit.problem } });
}

async function readLogin(ports: Ports, { secret }: MailboxConfig): Promise<ParsedValue<MailboxLogin>> {
  const read = (await ports.secrets.readCurrent([secret])).get(secret);
  return read?.kind === 'found'
    ? parseMailboxLogin(read.text)
    : { kind: 'unusable', problem: read?.problem ?? 'it was not returned' };
}

async function read(
  reader: MailReader,
  { authservId }: MailboxConfig,
  { raw, receivedAt }: FoundMail,
): Promise<ReceivedMail | UnreadableMail> {
  if (raw === undefined) return { unreadable: 'too-large' };
  const mail = await reader.read(raw, { receivedAt, verdicts: NOTHING_PROVEN });
  if ('unreadable' in mail) return mail;
  const verdicts = headerVerdicts(mail.authenticationResults, authservId, domainOf(mail.from.address));
  return { ...mail, verdicts };
}

/** A mail that nobody waits for is somebody's, and stays as it is; one that may be of use later is found again. */
function isHandled(outcome: MailOutcome | undefined): boolean {
  return outcome !== undefined && outcome.kind !== 'nobody-waits' && outcome.kind !== 'not-yet';
}

async function tell(
  ports: Ports,
  waiting: readonly Waiting[],
  what: Parameters<typeof recordMailboxProblem>[3],
): Promise<void> {
  for (const { credential, rotation } of waiting)
    await recordMailboxProblem(ports, credential, rotation.id, what);
}
