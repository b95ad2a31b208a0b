import { mapConcurrently } from '../commit/map-concurrently.ts';
import { connectionSecrets } from '../config/connection-secrets.ts';
import type { Credential } from '../config/load.ts';
import { parseConnection } from '../domain/connection.ts';
import { parseCredential } from '../domain/credential-value.ts';
import type { CredentialState } from '../domain/state.ts';
import type { Ports } from '../ports/ports.ts';
import type { SecretRead } from '../ports/secret-store.ts';
import { sameUsername } from '../reconcile/predecessor.ts';
import { openState } from '../reconcile/rebuild.ts';
import { Workbench } from '../reconcile/workbench.ts';
import { asksForLogins, type SeenLogins } from './asked-logins.ts';
import { isWatched, notice, type SeenUser } from './notice.ts';
import { noticeLogins } from './notice-logins.ts';
import { readLogins } from './read-logins.ts';

const PARALLEL_WRITES = 8;

/** What one look saw of a credential; without `logins` where nobody asked for them, or the org did not answer. */
interface SeenCredential extends SeenUser {
  readonly logins?: SeenLogins | undefined;
}

/** A credential with the state that the ledger had at the beginning of the look. */
export interface FleetMember {
  readonly credential: Credential;
  readonly state: CredentialState | undefined;
}

export interface OrgsReport {
  /** Credentials for which something was asked for, and which were poked. */
  readonly poked: readonly string[];
  /** Orgs whose records could not be read this time. */
  readonly unanswered: readonly string[];
}

/**
 * Reads the records of all live users, org by org, each with as few calls as
 * their number allows, and notes what follows. An org that is slow or does not
 * answer keeps no other waiting; what could not be read is read the next time.
 * Never throws.
 */
export async function lookIntoOrgs(ports: Ports, fleet: readonly FleetMember[]): Promise<OrgsReport> {
  // What the ledger does not know yet is looked at, so that what changes from now on is noticed.
  const watched = fleet.filter(
    ({ credential, state }) => isReadable(credential) && (state === undefined || isWatched(state)),
  );
  const byOrg = Map.groupBy(watched, ({ credential }) => credential.org);
  const poked: string[] = [];
  const unanswered: string[] = [];
  const giveUp = (org: string, error: unknown): void => {
    unanswered.push(org);
    ports.telemetry.warn(
      `the records of the org "${org}" could not be read; the next look reads them`,
      error,
    );
  };
  try {
    const secrets = await readSecrets(ports, watched);
    await Promise.all(
      [...byOrg].map(async ([org, members]) => {
        try {
          poked.push(...(await lookIntoOrg(ports, secrets, members)));
        } catch (error) {
          giveUp(org, error);
        }
      }),
    );
  } catch (error) {
    for (const org of byOrg.keys()) giveUp(org, error);
  }
  return { poked: poked.toSorted(), unanswered: unanswered.toSorted() };
}

/** Where the service is the user itself, a look would be a login; the heartbeat makes one now and then. */
function isReadable({ orgConfig }: Credential): boolean {
  return orgConfig.connection.kind !== 'self';
}

/** The connections, and the credentials of which it is not recorded whose they are. */
function readSecrets(
  { secrets }: Ports,
  watched: readonly FleetMember[],
): Promise<ReadonlyMap<string, SecretRead>> {
  const wanted = watched.flatMap(({ credential, state }) => [
    ...connectionSecrets(credential),
    ...(state?.user === undefined ? [credential.secret] : []),
  ]);
  return wanted.length === 0 ? Promise.resolve(new Map()) : secrets.readCurrent([...new Set(wanted)]);
}

async function lookIntoOrg(
  ports: Ports,
  secrets: ReadonlyMap<string, SecretRead>,
  members: readonly FleetMember[],
): Promise<readonly string[]> {
  const connection = connectionOf(secrets, members);
  const named = members.flatMap((member) => {
    const username = usernameOf(secrets, member);
    return username === undefined ? [] : [{ ...member, username }];
  });
  if (named.length === 0) return [];
  const asking = named.filter((member) => isAsking(member, ports.clock.now()));
  const answer = await ports.org.readUsers(connection, [
    ...named.map(({ username }) => username),
    ...asking.flatMap(({ state }) => state?.predecessor?.username ?? []),
  ]);
  if (answer.kind === 'connection-refused')
    throw new Error(`the org refused the connection: ${answer.detail}`);
  const logins = await readLogins(ports, connection, asking, answer.users);
  const poked = await mapConcurrently(named, PARALLEL_WRITES, async ({ credential, state, username }) => {
    const record = answer.users.get(username.toLowerCase());
    const seen = { username, record, logins: logins.get(credential.name) };
    const follows = state === undefined || judged(state, credential, seen, ports.clock.now()) !== undefined;
    if (!follows) return [];
    return (await noteDown(ports, credential, seen)) ? [credential.name] : [];
  });
  return poked.flat();
}

function isAsking({ credential, state }: FleetMember, now: Date): boolean {
  return state !== undefined && asksForLogins(state, credential, now);
}

function judged(
  state: CredentialState,
  credential: Credential,
  seen: SeenCredential,
  now: Date,
): CredentialState | undefined {
  const noticed = notice(state, credential, seen, now);
  return noticeLogins(noticed ?? state, credential, seen, now) ?? noticed;
}

function connectionOf(
  secrets: ReadonlyMap<string, SecretRead>,
  [first]: readonly FleetMember[],
): Parameters<Ports['org']['readUsers']>[0] {
  if (first === undefined) throw new Error('an org without credentials is not looked into');
  const { loginUrl, connection } = first.credential.orgConfig;
  if (connection.kind === 'self') throw new Error('nobody but the user reads such an org');
  const read = secrets.get(connection.secret);
  const parsed =
    read?.kind === 'found'
      ? parseConnection(read.text, loginUrl, connection)
      : ({ kind: 'unusable', problem: read?.problem ?? 'it was not returned' } as const);
  if (parsed.kind === 'value') return parsed.value;
  const problem = parsed.kind === 'empty' ? 'it is empty' : parsed.problem;
  throw new Error(`the connection secret "${connection.secret}" cannot be used: ${problem}`);
}

/** `undefined` where the credential secret cannot be used; the next rotation says so. */
function usernameOf(
  secrets: ReadonlyMap<string, SecretRead>,
  { credential, state }: FleetMember,
): string | undefined {
  if (state?.user !== undefined) return state.user.username;
  const read = secrets.get(credential.secret);
  const value = read?.kind === 'found' ? parseCredential(read.text) : undefined;
  return value?.kind === 'value' ? value.value.username : undefined;
}

/** Judges once more with the state as it is now, writes what follows, and pokes where there is work. */
async function noteDown(ports: Ports, credential: Credential, seen: SeenCredential): Promise<boolean> {
  try {
    const bench = new Workbench(ports, credential);
    const keeper = await openState(bench);
    const current = await bench.current();
    const isSame = current.kind !== 'value' || sameUsername(current.value.username, seen.username);
    // Somebody put another user into the credential secret; that one is looked at from now on.
    const anotherUser = (state: CredentialState): CredentialState | undefined =>
      current.kind === 'value' && state.user !== undefined && isWatched(state)
        ? { ...state, user: { username: current.value.username } }
        : undefined;
    await keeper.update((state) =>
      isSame ? judged(state, credential, seen, ports.clock.now()) : anotherUser(state),
    );
    await keeper.settle();
    if (!hasWork(keeper.state)) return false;
    await ports.queue.poke(credential.name);
    return true;
  } catch (error) {
    ports.telemetry.warn(`what the org says of "${credential.name}" could not be noted yet`, error);
    return false;
  }
}

function hasWork({ request, phase }: CredentialState): boolean {
  return phase !== 'blocked' && (request !== undefined || phase !== 'idle');
}
