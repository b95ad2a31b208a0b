import { SalesforceOutcomeUnknown } from '../../../lib/core/errors.ts';
import type {
  LoginOutcome,
  LoginRequest,
  OrgAdministration,
  OrgUser,
  SelfConnection,
  SessionOutcome,
  SetPasswordOutcome,
  UserSession,
} from '../../../lib/core/ports/salesforce.ts';
import { Redacted } from '../../../lib/core/redacted.ts';
import type { FakeUser } from './fake-user.ts';

interface Host {
  readonly organizationId: string;
  userNamed(username: string): FakeUser | undefined;
  change(user: FakeUser, password: string): SetPasswordOutcome;
}

/** Sessions of the users themselves in an org in memory, and what each can do in its own. */
export class FakeOwnSessions {
  readonly #org: Host;
  readonly #open = new Map<string, FakeUser>();
  opened = 0;

  constructor(org: Host) {
    this.#org = org;
  }

  /** Sessions that nobody has closed. */
  get left(): number {
    return this.#open.size;
  }

  keep(request: LoginRequest, outcome: LoginOutcome): SessionOutcome {
    const isUsable =
      outcome.kind === 'accepted' || (outcome.kind === 'password-expired' && request.way.kind === 'soap');
    const user = this.#org.userNamed(request.username);
    if (!isUsable || user === undefined) return outcome as Exclude<LoginOutcome, { kind: 'accepted' }>;
    this.opened += 1;
    const id = `00D!session-${this.opened}`;
    this.#open.set(id, user);
    const session: UserSession = {
      by: request.way.kind,
      instanceUrl: request.loginUrl,
      sessionId: Redacted.of(id),
      userId: user.userId,
      organizationId: this.#org.organizationId,
      passwordExpired: outcome.kind === 'password-expired',
    };
    const { userId, organizationId } = session;
    return { kind: 'accepted', userId, organizationId, session };
  }

  close(session: UserSession): void {
    session.sessionId.open((id) => this.#open.delete(id));
  }

  findUser({ opened }: SelfConnection, username: string): Awaited<ReturnType<OrgAdministration['findUser']>> {
    const { session } = opened ?? {};
    if (session === undefined || session.passwordExpired)
      return { kind: 'user', user: { ...UNSEEN, ...idsOf(session), username } };
    const { password: _p, token: _t, expired: _e, remembered: _r, ...shown } = this.#userOf(session);
    const { organizationId } = this.#org;
    return { kind: 'user', user: { ...shown, isFrozen: false, isLocked: false, organizationId } };
  }

  readUsers(
    connection: SelfConnection,
    usernames: readonly string[],
  ): Awaited<ReturnType<OrgAdministration['readUsers']>> {
    if (connection.opened === undefined) throw new Error('nobody is asked without a session');
    const found = this.findUser(connection, this.#userOf(connection.opened.session).username);
    const own = found.kind === 'user' ? [found.user] : [];
    return {
      kind: 'users',
      users: new Map(
        own.flatMap((user) => {
          const name = user.username.toLowerCase();
          return usernames.includes(name) ? [[name, user] as const] : [];
        }),
      ),
    };
  }

  changeDate({ opened }: SelfConnection): string | undefined {
    return opened?.session.sessionId.open((id) => this.#open.get(id))?.lastPasswordChangeDate;
  }

  changeOwn({ opened }: SelfConnection, password: Redacted): SetPasswordOutcome {
    if (opened === undefined) throw new Error('a user sets the own password in an open session only');
    const user = this.#userOf(opened.session);
    if (user.isLocked) return { kind: 'locked', detail: 'PASSWORD_LOCKOUT.' };
    if (!opened.password.open((text) => text === user.password))
      return { kind: 'old-password-refused', detail: 'INVALID_OLD_PASSWORD.' };
    const outcome = password.open((text) => this.#org.change(user, text));
    return outcome.kind === 'repeated'
      ? { kind: 'against-policy', detail: 'invalid repeated password.' }
      : outcome;
  }

  #userOf({ sessionId }: UserSession): FakeUser {
    const user = sessionId.open((id) => this.#open.get(id));
    if (user === undefined) throw new SalesforceOutcomeUnknown('The session is over.');
    return user;
  }
}

function idsOf(session: UserSession | undefined): Pick<OrgUser, 'userId' | 'organizationId'> {
  return { userId: session?.userId ?? '', organizationId: session?.organizationId ?? '' };
}

const UNSEEN: Omit<OrgUser, 'username' | 'userId' | 'organizationId'> = {
  firstName: '',
  lastName: '',
  email: undefined,
  isActive: true,
  isFrozen: false,
  isLocked: false,
  lastPasswordChangeDate: undefined,
};
