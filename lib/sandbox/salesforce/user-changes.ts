import { ApiError, insufficientAccess, notFound } from './api-error.ts';
import { sameId, userLoginId } from './ids.ts';
import { type Act, audit, type Caller, clearLockout } from './passwords.ts';
import type { Permissions } from './seed.ts';
import type { OrgState, StoredUser } from './state.ts';

/** Fields of a PATCH, as the client sent them. */
export type FieldChanges = Readonly<Record<string, unknown>>;

/** What an administrator can edit in Setup, on the user and on the profile. */
export interface UserChange {
  readonly email?: string;
  readonly isActive?: boolean;
  readonly isFrozen?: boolean;
  readonly permissions?: Partial<Permissions>;
  readonly loginIpRanges?: StoredUser['loginIpRanges'];
  readonly loginHours?: StoredUser['loginHours'];
  readonly policy?: StoredUser['policy'];
}

const EDITABLE: ReadonlySet<string> = new Set([
  'email',
  'isActive',
  'isFrozen',
  'permissions',
  'loginIpRanges',
  'loginHours',
  'policy',
] satisfies (keyof UserChange)[]);

/** Edits a user in Setup. A key that cannot be edited throws and changes nothing. */
export function editUser(user: StoredUser, change: UserChange): void {
  for (const key of Object.keys(change)) {
    if (!EDITABLE.has(key)) throw new Error(`cannot edit ${key} of a user`);
  }
  const copy = structuredClone(change);
  Object.assign(user, copy, { permissions: { ...user.permissions, ...copy.permissions } });
}

interface Note {
  readonly action: string;
  readonly display: string;
}

/** Changes one field of a user and says what the audit trail records of it. */
type Setter = (user: StoredUser, value: unknown) => Note | undefined;

const USER_LOGIN: Readonly<Record<string, Setter>> = {
  IsFrozen: (user, value) => {
    user.isFrozen = boolean('IsFrozen', value);
    return user.isFrozen
      ? { action: 'frozeuser', display: `Froze user ${user.username}` }
      : { action: 'unfrozeuser', display: `Unfroze user ${user.username}` };
  },
  IsPasswordLocked: (user, value) => {
    if (boolean('IsPasswordLocked', value)) {
      throw new ApiError('FIELD_INTEGRITY_EXCEPTION', 'IsPasswordLocked: can only be set to false', 400, [
        'IsPasswordLocked',
      ]);
    }
    clearLockout(user);
    return { action: 'unlockeduser', display: `Unlocked user ${user.username}` };
  },
};

const USER: Readonly<Record<string, Setter>> = {
  IsActive: (user, value) => {
    user.isActive = boolean('IsActive', value);
    return user.isActive
      ? { action: 'activateduser', display: `Activated user ${user.username}` }
      : { action: 'deactivateduser', display: `Deactivated user ${user.username}` };
  },
  Email: (user, value) => {
    user.email = text('Email', value);
    return { action: 'changedemail', display: `Changed email of user ${user.username}` };
  },
  FirstName: (user, value) => {
    user.firstName = text('FirstName', value);
    return undefined;
  },
  LastName: (user, value) => {
    user.lastName = text('LastName', value);
    return undefined;
  },
};

/** Applies a PATCH of a `User` or `UserLogin` row: all of its fields or none. */
export function changeFields(
  state: OrgState,
  act: Act,
  caller: Caller,
  object: 'User' | 'UserLogin',
  id: string,
  fields: FieldChanges,
): void {
  const setters = object === 'UserLogin' ? USER_LOGIN : USER;
  const user = state.users.find((row) => sameId(object === 'UserLogin' ? userLoginId(row.id) : row.id, id));
  if (user === undefined) throw notFound();
  if (!caller.user.permissions.manageUsers) {
    throw insufficientAccess('insufficient access rights on cross-reference id');
  }
  const draft = structuredClone(user);
  const notes = Object.entries(fields).map(([name, value]) => {
    const setter = Object.hasOwn(setters, name) ? setters[name] : undefined;
    if (setter === undefined) {
      throw new ApiError('INVALID_FIELD', `No such column '${name}' on sobject of type ${object}`);
    }
    return setter(draft, value);
  });
  Object.assign(user, draft);
  for (const note of notes) {
    if (note !== undefined) audit(state, act, caller.user.id, note.action, note.display);
  }
}

function boolean(field: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw wrongType(field, 'boolean');
}

function text(field: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrongType(field, 'string');
}

function wrongType(field: string, type: string): ApiError {
  return new ApiError('JSON_PARSER_ERROR', `Cannot deserialize ${field}: a ${type} is expected`);
}
