import { numberedId, PREFIX, toLongId } from './ids.ts';
import type { ConnectedApp, LoginHours, Permissions, SalesforceSeed, SeedUser } from './seed.ts';
import { seedSchema } from './seed.ts';
import type { IpRange, PasswordPolicy, SalesforceSettings } from './settings.ts';
import { changedSettings, DEFAULT_SETTINGS } from './settings.ts';
import { toSecond } from './times.ts';

interface StoredToken {
  readonly value: string;
  /** ISO 8601. Until then a login with the token fails. */
  readonly activeAt: string;
}

export interface StoredUser {
  readonly id: string;
  username: string;
  email: string;
  firstName: string;
  lastName: string;
  readonly createdAt: string;
  permissions: Permissions;
  loginIpRanges: IpRange[];
  loginHours: LoginHours | null;
  policy: Partial<PasswordPolicy>;
  isActive: boolean;
  isFrozen: boolean;
  failedLogins: number;
  /** ISO 8601 end of a lock, `forever`, or `null` when not locked. */
  lockedUntil: string | null;
  password: string;
  /** Latest first, the current password among them. */
  passwordHistory: string[];
  lastPasswordChangeDate: string;
  lastLoginDate: string | null;
  /** A temporary password: the next thing to do is to set another. */
  mustChangePassword: boolean;
  token: StoredToken | null;
  /** After an administrator's reset: a token is mailed once a permanent password is set. */
  tokenOwed: boolean;
}

export interface StoredSession {
  readonly id: string;
  readonly userId: string;
  readonly kind: 'soap' | 'oauth';
  lastUsedAt: string;
  /** Opened with an expired password: good for setting a new one only. */
  passwordExpired: boolean;
}

interface LoginRow {
  readonly id: string;
  readonly userId: string;
  readonly at: string;
  readonly status: string;
  readonly sourceIp: string;
  readonly application: string;
  readonly loginType: string;
  readonly apiType: string;
  readonly apiVersion: string;
}

interface AuditRow {
  readonly id: string;
  readonly at: string;
  readonly byUserId: string | null;
  readonly action: string;
  readonly section: string;
  readonly display: string;
}

export interface PendingMail {
  readonly serial: number;
  readonly dueAt: string;
  readonly from: string;
  readonly to: string;
  readonly raw: string;
}

/** All that the org knows; what the journal keeps. */
export interface OrgState {
  readonly organizationId: string;
  readonly createdAt: string;
  settings: SalesforceSettings;
  users: StoredUser[];
  connectedApps: ConnectedApp[];
  sessions: StoredSession[];
  loginHistory: LoginRow[];
  auditTrail: AuditRow[];
  pendingMails: PendingMail[];
  apiCalls: { day: string; count: number };
  nextSerial: number;
}

/** The state of an org at its first start. */
export function firstState(seed: SalesforceSeed, now: Date): OrgState {
  seedSchema.parse(seed);
  const state: OrgState = {
    organizationId: toLongId(seed.organizationId),
    createdAt: toSecond(now),
    settings: changedSettings(DEFAULT_SETTINGS, seed.settings ?? {}),
    users: [],
    connectedApps: [...(seed.connectedApps ?? [])],
    sessions: [],
    loginHistory: [],
    auditTrail: [],
    pendingMails: [],
    apiCalls: { day: '', count: 0 },
    nextSerial: 1,
  };
  for (const user of seed.users) state.users.push(storedUser(user, takeSerial(state), now));
  const usernames = new Set(state.users.map((user) => user.username.toLowerCase()));
  if (usernames.size !== state.users.length) throw new Error('a username names one user only');
  return state;
}

export function takeSerial(state: OrgState): number {
  const serial = state.nextSerial;
  state.nextSerial += 1;
  return serial;
}

function storedUser(seed: SeedUser, serial: number, now: Date): StoredUser {
  return {
    id: seed.id === undefined ? numberedId(PREFIX.user, serial) : toLongId(seed.id),
    username: seed.username,
    email: seed.email ?? seed.username,
    firstName: seed.firstName ?? '',
    lastName: seed.lastName ?? 'User',
    createdAt: toSecond(now),
    permissions: {
      apiEnabled: seed.permissions?.apiEnabled ?? true,
      useAnyApiAuth: seed.permissions?.useAnyApiAuth ?? false,
      manageUsers: seed.permissions?.manageUsers ?? false,
      apiOnly: seed.permissions?.apiOnly ?? false,
      passwordNeverExpires: seed.permissions?.passwordNeverExpires ?? false,
    },
    loginIpRanges: seed.loginIpRanges ?? [],
    loginHours: seed.loginHours ?? null,
    policy: present<PasswordPolicy>(seed.policy ?? {}),
    isActive: seed.isActive ?? true,
    isFrozen: seed.isFrozen ?? false,
    failedLogins: 0,
    lockedUntil: null,
    password: seed.password,
    passwordHistory: [seed.password],
    lastPasswordChangeDate: toSecond(new Date(seed.lastPasswordChangeDate ?? now)),
    lastLoginDate: null,
    mustChangePassword: false,
    token:
      seed.securityToken === undefined
        ? null
        : { value: seed.securityToken, activeAt: new Date(0).toISOString() },
    tokenOwed: false,
  };
}

/** Drops the keys that are there without a value. */
function present<Whole>(part: { [Key in keyof Whole]?: Whole[Key] | undefined }): Partial<Whole> {
  return Object.fromEntries(
    Object.entries(part).filter(([, value]) => value !== undefined),
  ) as Partial<Whole>;
}
