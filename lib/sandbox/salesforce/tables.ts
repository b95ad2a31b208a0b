import { userLoginId } from './ids.ts';
import { isLocked } from './login-rules.ts';
import type { Caller } from './passwords.ts';
import type { OrgState, StoredUser } from './state.ts';
import { restDateTime } from './times.ts';

export type FieldType = 'id' | 'string' | 'boolean' | 'dateTime';
export type Row = Readonly<Record<string, string | boolean | null>>;

/** One queryable object: the types of its fields, who may see it, and the rows that a caller sees. */
export interface Table {
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldType>>;
  /** Fields that a WHERE may name; without it, any. */
  readonly filterable?: readonly string[];
  visibleTo(caller: Caller): boolean;
  rows(state: OrgState, caller: Caller, now: Date): readonly Row[];
}

const everyone = () => true;
const managesUsers = (caller: Caller) => caller.user.permissions.manageUsers;

const user: Table = {
  name: 'User',
  fields: {
    Id: 'id',
    Username: 'string',
    Email: 'string',
    Name: 'string',
    FirstName: 'string',
    LastName: 'string',
    IsActive: 'boolean',
    UserType: 'string',
    CreatedDate: 'dateTime',
    LastLoginDate: 'dateTime',
    LastPasswordChangeDate: 'dateTime',
  },
  visibleTo: everyone,
  rows: (state) =>
    state.users.map((row) => ({
      Id: row.id,
      Username: row.username,
      Email: row.email,
      Name: fullName(row),
      FirstName: row.firstName === '' ? null : row.firstName,
      LastName: row.lastName,
      IsActive: row.isActive,
      UserType: 'Standard',
      CreatedDate: restDateTime(row.createdAt),
      LastLoginDate: row.lastLoginDate === null ? null : restDateTime(row.lastLoginDate),
      LastPasswordChangeDate: restDateTime(row.lastPasswordChangeDate),
    })),
};

const userLogin: Table = {
  name: 'UserLogin',
  fields: { Id: 'id', UserId: 'id', IsFrozen: 'boolean', IsPasswordLocked: 'boolean' },
  visibleTo: everyone,
  rows: (state, caller, now) =>
    state.users
      .filter((row) => managesUsers(caller) || row.id === caller.user.id)
      .map((row) => ({
        Id: userLoginId(row.id),
        UserId: row.id,
        IsFrozen: row.isFrozen,
        IsPasswordLocked: isLocked(row, now),
      })),
};

/** @see https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_loginhistory.htm "Not all fields are filterable" */
const loginHistory: Table = {
  name: 'LoginHistory',
  filterable: ['Id', 'UserId', 'LoginTime', 'LoginType'],
  fields: {
    Id: 'id',
    UserId: 'id',
    LoginTime: 'dateTime',
    Status: 'string',
    SourceIp: 'string',
    Application: 'string',
    LoginType: 'string',
    ApiType: 'string',
    ApiVersion: 'string',
  },
  visibleTo: everyone,
  rows: (state, caller) =>
    state.loginHistory
      .filter((row) => managesUsers(caller) || row.userId === caller.user.id)
      .map((row) => ({
        Id: row.id,
        UserId: row.userId,
        LoginTime: restDateTime(row.at),
        Status: row.status,
        SourceIp: row.sourceIp,
        Application: row.application,
        LoginType: row.loginType,
        ApiType: row.apiType,
        ApiVersion: row.apiVersion,
      })),
};

const organization: Table = {
  name: 'Organization',
  fields: { Id: 'id', Name: 'string', IsSandbox: 'boolean' },
  visibleTo: everyone,
  rows: (state) => [
    {
      Id: state.organizationId,
      Name: state.settings.organizationName,
      IsSandbox: state.settings.isSandbox,
    },
  ],
};

const setupAuditTrail: Table = {
  name: 'SetupAuditTrail',
  fields: {
    Id: 'id',
    Action: 'string',
    CreatedById: 'id',
    CreatedDate: 'dateTime',
    Section: 'string',
    Display: 'string',
  },
  visibleTo: managesUsers,
  rows: (state) =>
    state.auditTrail.map((row) => ({
      Id: row.id,
      Action: row.action,
      CreatedById: row.byUserId,
      CreatedDate: restDateTime(row.at),
      Section: row.section,
      Display: row.display,
    })),
};

/** What the caller itself may do, whatever grants it. */
const userPermissionAccess: Table = {
  name: 'UserPermissionAccess',
  fields: {
    PermissionsApiEnabled: 'boolean',
    PermissionsManageUsers: 'boolean',
    PermissionsResetPasswords: 'boolean',
  },
  visibleTo: everyone,
  rows: (_state, { user: { permissions } }) => [
    {
      PermissionsApiEnabled: permissions.apiEnabled,
      PermissionsManageUsers: permissions.manageUsers,
      PermissionsResetPasswords: permissions.manageUsers,
    },
  ],
};

const TABLES = [user, userLogin, loginHistory, organization, setupAuditTrail, userPermissionAccess];

/** An object that the caller may query, by its name in any case. */
export function findTable(name: string, caller: Caller): Table | undefined {
  return TABLES.find((table) => table.name.toLowerCase() === name.toLowerCase() && table.visibleTo(caller));
}

export function fullName(row: StoredUser): string {
  return `${row.firstName} ${row.lastName}`.trim();
}
