import type { Credential } from '../config/load.ts';
import type { CredentialState, Rotation } from '../domain/state.ts';
import { rotationOf } from '../domain/transition.ts';
import type { Action, Facts } from './facts.ts';

/**
 * The part of the plan for a connection of kind `self`: no administrator tells how
 * the user is, and a session of the user costs a login attempt. So one is opened
 * last, when everything else has been checked, and serves until the run ends.
 */

export function isSelf({ orgConfig }: Credential): boolean {
  return orgConfig.connection.kind === 'self';
}

/** What comes before anything that needs the org; `undefined` where nothing does. */
export function whileWithoutSession({ credential, session }: Facts): Action | undefined {
  if (!isSelf(credential)) return undefined;
  switch (session?.kind) {
    case undefined:
      return { do: 'open-session' };
    case 'open':
      return undefined;
    case 'busy':
      return { do: 'rest', because: 'another run is logging in as the user', until: session.until };
    case 'rejected':
    case 'refused':
      return { do: 'block', refusal: session.refusal };
  }
}

/**
 * The answer to the change was lost, and only the old credential can tell. Where
 * Salesforce accepts it, the change did not land, and is made again in the session
 * of that login. Where it is rejected, the new password is taken to be in force:
 * what follows finds out by the logins that it makes anyway.
 */
export function planOwnChange(state: CredentialState, facts: Facts): Action {
  const setting = whileSetting(rotationOf(state), facts.now);
  if (setting !== undefined) return setting;
  if (facts.session?.kind === 'rejected') return { do: 'conclude-set' };
  return whileWithoutSession(facts) ?? { do: 'set-password' };
}

/** A run that only stands still may yet set the password. */
export function whileSetting({ setLeaseUntil }: Rotation, now: Date): Action | undefined {
  if (setLeaseUntil === undefined || now >= new Date(setLeaseUntil)) return undefined;
  return { do: 'rest', because: 'another run is setting the password', until: new Date(setLeaseUntil) };
}
