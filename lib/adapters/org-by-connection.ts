import type {
  AppConnection,
  OrgAdministration,
  OrgConnection,
  SelfConnection,
} from '../core/ports/salesforce.ts';

type Of<Call extends keyof OrgAdministration> = Parameters<OrgAdministration[Call]>;
type Answer<Call extends keyof OrgAdministration> = ReturnType<OrgAdministration[Call]>;

/** Each call goes to whoever knows its kind of connection. */
export class OrgByConnection implements OrgAdministration {
  readonly #admin: OrgAdministration<AppConnection>;
  readonly #self: OrgAdministration<SelfConnection>;

  constructor(admin: OrgAdministration<AppConnection>, self: OrgAdministration<SelfConnection>) {
    this.#admin = admin;
    this.#self = self;
  }

  findUser(...[connection, ...rest]: Of<'findUser'>): Answer<'findUser'> {
    return isSelf(connection)
      ? this.#self.findUser(connection, ...rest)
      : this.#admin.findUser(connection, ...rest);
  }

  missingPermission(...[connection]: Of<'missingPermission'>): Answer<'missingPermission'> {
    return isSelf(connection)
      ? this.#self.missingPermission(connection)
      : this.#admin.missingPermission(connection);
  }

  readUsers(...[connection, ...rest]: Of<'readUsers'>): Answer<'readUsers'> {
    return isSelf(connection)
      ? this.#self.readUsers(connection, ...rest)
      : this.#admin.readUsers(connection, ...rest);
  }

  readLogins(...[connection, ...rest]: Of<'readLogins'>): Answer<'readLogins'> {
    return isSelf(connection)
      ? this.#self.readLogins(connection, ...rest)
      : this.#admin.readLogins(connection, ...rest);
  }

  passwordChangeDate(...[connection, ...rest]: Of<'passwordChangeDate'>): Answer<'passwordChangeDate'> {
    return isSelf(connection)
      ? this.#self.passwordChangeDate(connection, ...rest)
      : this.#admin.passwordChangeDate(connection, ...rest);
  }

  setPassword(...[connection, ...rest]: Of<'setPassword'>): Answer<'setPassword'> {
    return isSelf(connection)
      ? this.#self.setPassword(connection, ...rest)
      : this.#admin.setPassword(connection, ...rest);
  }

  lastLoginFailure(...[connection, ...rest]: Of<'lastLoginFailure'>): Answer<'lastLoginFailure'> {
    return isSelf(connection)
      ? this.#self.lastLoginFailure(connection, ...rest)
      : this.#admin.lastLoginFailure(connection, ...rest);
  }

  unlock(...[connection, ...rest]: Of<'unlock'>): Answer<'unlock'> {
    return isSelf(connection)
      ? this.#self.unlock(connection, ...rest)
      : this.#admin.unlock(connection, ...rest);
  }
}

function isSelf(connection: OrgConnection): connection is SelfConnection {
  return connection.kind === 'self';
}
