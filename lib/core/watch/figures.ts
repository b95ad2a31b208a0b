import type { Credential } from '../config/load.ts';
import type { CredentialState } from '../domain/state.ts';

/** What alarms watch: one figure of each kind over all credentials. */
export interface FleetFigures {
  /** Percent: the oldest password's age, of what its schedule allows. */
  readonly passwordAgeOfLimit: number;
  /** Seconds that the rotation which waits longest for a token or a person has waited. */
  readonly longestWait: number;
  /** Login attempts that may still be made for the user with the fewest; `undefined` without credentials. */
  readonly attemptsLeft: number | undefined;
}

/** A password without a schedule may become as old as Secrets Manager's longest interval. */
const LONGEST_INTERVAL_SECONDS = 1_000 * 86_400;

export function fleetFigures(
  fleet: readonly { readonly credential: Credential; readonly state: CredentialState | undefined }[],
  now: Date,
): FleetFigures {
  const known = fleet.flatMap(({ credential, state }) =>
    state === undefined ? [] : [{ credential, state }],
  );
  const left = fleet.map(({ credential, state }) => attemptsLeft(credential, state));
  return {
    passwordAgeOfLimit: Math.max(
      0,
      ...known.map(({ credential, state }) => ageOfLimit(credential, state, now)),
    ),
    longestWait: Math.max(0, ...known.map(({ state }) => waited(state, now))),
    attemptsLeft: left.length === 0 ? undefined : Math.min(...left),
  };
}

/** How old a password is, and how old it may become. */
export interface PasswordAge {
  readonly seconds: number;
  readonly limitSeconds: number;
}

/** `undefined` where it is not known when the password was set. */
export function passwordAge(
  { schedule }: Credential,
  { passwordChangedAt }: CredentialState,
  now: Date,
): PasswordAge | undefined {
  if (passwordChangedAt === undefined) return undefined;
  return {
    seconds: secondsSince(passwordChangedAt, now),
    limitSeconds: schedule?.every ?? LONGEST_INTERVAL_SECONDS,
  };
}

function ageOfLimit(credential: Credential, state: CredentialState, now: Date): number {
  const age = passwordAge(credential, state, now);
  return age === undefined ? 0 : Math.round((age.seconds / age.limitSeconds) * 100);
}

function waited({ phase, since }: CredentialState, now: Date): number {
  return phase === 'awaiting-token' || phase === 'invited' ? Math.round(secondsSince(since, now)) : 0;
}

/** How many login attempts the service may still make for the user with the fewest. */
export function attemptsLeft({ lockout }: Credential, state: CredentialState | undefined): number {
  return lockout.maxAttempts - attemptsSpent(state);
}

/** Of the user with the most. */
export function attemptsSpent(state: CredentialState | undefined): number {
  return Math.max(0, ...Object.values(state?.budgets ?? {}).map(({ spent }) => spent));
}

function secondsSince(time: string, now: Date): number {
  return (now.getTime() - Date.parse(time)) / 1_000;
}
