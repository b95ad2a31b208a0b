import { inRanges } from './addresses.ts';
import type { SalesforceSettings } from './settings.ts';
import type { StoredUser } from './state.ts';

/** What a login is judged by. */
export interface LoginFacts {
  readonly user: StoredUser;
  readonly settings: SalesforceSettings;
  /** Password and token as the client sent them, in one string. */
  readonly secret: string;
  readonly address: string;
  readonly now: Date;
  /** Logins of this user in the hour up to now, blocked ones not counted. */
  readonly loginsInHour: number;
}

export type LoginRefusal =
  | 'rate-exceeded'
  | 'inactive'
  | 'frozen'
  | 'locked-out'
  | 'wrong-password'
  | 'restricted-address'
  | 'restricted-time'
  | 'token-missing'
  | 'token-wrong'
  | 'api-disabled'
  | 'any-api-auth-missing'
  | 'password-flow-blocked';

type Rule = (facts: LoginFacts) => LoginRefusal | undefined;

const rateExceeded: Rule = ({ loginsInHour, settings }) =>
  loginsInHour >= settings.loginsPerHour ? 'rate-exceeded' : undefined;

const inactive: Rule = ({ user }) => (user.isActive ? undefined : 'inactive');

const frozen: Rule = ({ user }) => (user.isFrozen ? 'frozen' : undefined);

// Before the password: a locked user learns nothing, not even with the right one.
const lockedOut: Rule = ({ user, now }) => (isLocked(user, now) ? 'locked-out' : undefined);

const wrongPassword: Rule = ({ user, secret }) =>
  secret.startsWith(user.password) ? undefined : 'wrong-password';

const restrictedAddress: Rule = ({ user, address }) =>
  user.loginIpRanges.length > 0 && !inRanges(address, user.loginIpRanges) ? 'restricted-address' : undefined;

const restrictedTime: Rule = ({ user, now }) => {
  if (user.loginHours === null) return undefined;
  const time = now.toISOString().slice(11, 16);
  const { from, to } = user.loginHours;
  const open = from <= to ? from <= time && time < to : time >= from || time < to;
  return open ? undefined : 'restricted-time';
};

const token: Rule = (facts) => {
  const suffix = facts.secret.slice(facts.user.password.length);
  const working = suffix !== '' && suffix === workingToken(facts);
  if (!isTrusted(facts)) {
    if (suffix === '') return 'token-missing';
    return working ? undefined : 'token-wrong';
  }
  if (suffix === '') return undefined;
  switch (facts.settings.trustedSuffix) {
    case 'ignored':
      return /^[A-Za-z0-9]{20,32}$/.test(suffix) ? undefined : 'wrong-password';
    case 'checked':
      return working ? undefined : 'token-wrong';
    case 'refused':
      return 'wrong-password';
  }
};

const apiDisabled: Rule = ({ user }) => (user.permissions.apiEnabled ? undefined : 'api-disabled');

const anyApiAuth: Rule = ({ user, settings }) =>
  settings.requireUseAnyApiAuth && !user.permissions.useAnyApiAuth ? 'any-api-auth-missing' : undefined;

const passwordFlow: Rule = ({ settings }) =>
  settings.oauthPasswordFlowEnabled ? undefined : 'password-flow-blocked';

/** The first rule that refuses decides. */
export const SOAP_LOGIN: readonly Rule[] = [
  rateExceeded,
  inactive,
  frozen,
  lockedOut,
  wrongPassword,
  restrictedAddress,
  restrictedTime,
  token,
  apiDisabled,
  anyApiAuth,
];

export const OAUTH_PASSWORD_LOGIN: readonly Rule[] = [
  rateExceeded,
  passwordFlow,
  inactive,
  frozen,
  lockedOut,
  wrongPassword,
  restrictedAddress,
  restrictedTime,
  token,
  apiDisabled,
];

/** For grants that name a user without a password: a lockout of the password does not touch them. */
export const OAUTH_GRANT: readonly Rule[] = [
  rateExceeded,
  inactive,
  frozen,
  restrictedAddress,
  restrictedTime,
];

export function judgeLogin(rules: readonly Rule[], facts: LoginFacts): LoginRefusal | undefined {
  for (const rule of rules) {
    const refusal = rule(facts);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

export function isLocked(user: StoredUser, now: Date): boolean {
  if (user.lockedUntil === null) return false;
  return user.lockedUntil === 'forever' || now.getTime() < Date.parse(user.lockedUntil);
}

/** Inside a profile's own ranges no token is asked for either. */
function isTrusted({ user, address, settings }: LoginFacts): boolean {
  return user.loginIpRanges.length > 0 || inRanges(address, settings.trustedIpRanges);
}

function workingToken({ user, now }: LoginFacts): string | undefined {
  if (user.token === null || now.getTime() < Date.parse(user.token.activeAt)) return undefined;
  return user.token.value;
}
