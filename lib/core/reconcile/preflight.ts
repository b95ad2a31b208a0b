import type { CredentialValue, Draft } from '../domain/credential-value.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { CredentialState } from '../domain/state.ts';
import type { OrgConnection, OrgUser } from '../ports/salesforce.ts';
import type { Learned } from './preflight-check.ts';
import { PREFLIGHT_CHECKS } from './preflight-checks.ts';
import type { Workbench } from './workbench.ts';

/** What a passed preflight learned, so that nothing is read twice. */
export interface Preflight {
  readonly current: CredentialValue;
  readonly connection: OrgConnection;
  /** The user whose password is to be set: the only one, or the idle one of two. */
  readonly user: OrgUser;
  /** What a rollback puts back. */
  readonly restored: CredentialValue | undefined;
  /** Integration secrets that carry another credential than the current one; the swap brings them forward, too. */
  readonly strays: readonly string[];
  /** This rotation's password, which an earlier run made durable and Salesforce has not heard of. */
  readonly adoptable: Draft | undefined;
}

export type PreflightResult =
  | { readonly kind: 'passed'; readonly preflight: Preflight }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Everything that can be checked before the password changes: the secrets exist
 * and can be read and written in their formats, rotation is on, the org lets the
 * service in, and the user could log in. It stops at the first refusal. Changes
 * nothing and makes no login attempt as the user; with a connection of kind `self`,
 * the user is looked at only where a session of it is open.
 */
export async function preflight(bench: Workbench, state: CredentialState): Promise<PreflightResult> {
  let learned: Learned = {};
  for (const { run } of PREFLIGHT_CHECKS) {
    const result = await run({ bench, state, learned });
    if (result.kind === 'refused') return { kind: 'refused', refusal: result.wrong[0].refusal };
    if (result.kind === 'passed') learned = { ...learned, ...result.learned };
  }
  return { kind: 'passed', preflight: complete(learned) };
}

function complete({ current, connection, target, draft, strays, user }: Learned): Preflight {
  if (!(current && connection && target && draft && strays && user))
    throw new Error('a check of the preflight passed without its result');
  const { restored } = target;
  return { current, connection, user, restored, strays, adoptable: draft.adoptable };
}
