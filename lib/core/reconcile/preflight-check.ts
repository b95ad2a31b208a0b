import type { CredentialValue, Draft } from '../domain/credential-value.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { CredentialState } from '../domain/state.ts';
import type { OrgConnection, OrgUser } from '../ports/salesforce.ts';
import type { SecretDescription } from '../ports/secret-store.ts';
import type { Workbench } from './workbench.ts';

/** What a check looks at. */
export type CheckName =
  | 'credential-secret'
  | 'rotation-enabled'
  | 'credential'
  | 'connection'
  | 'login-app'
  | 'target'
  | 'draft'
  | 'integrations'
  | 'user'
  | 'permission';

/** What the checks have learned so far, so that nothing is read twice. */
export interface Learned {
  readonly description?: SecretDescription;
  readonly current?: CredentialValue;
  readonly connection?: OrgConnection;
  /** Whose password is to be set, and for a rollback what it puts back. */
  readonly target?: { readonly username: string; readonly restored: CredentialValue | undefined };
  readonly draft?: { readonly adoptable: Draft | undefined };
  readonly strays?: readonly string[];
  readonly user?: OrgUser;
}

/** What a check is made with. */
export interface Scene {
  readonly bench: Workbench;
  readonly state: CredentialState;
  readonly learned: Learned;
}

/** What is wrong, and with which secret, org or user. */
interface Wrong {
  readonly where: string;
  readonly refusal: Refusal;
}

export type CheckResult =
  | { readonly kind: 'passed'; readonly learned: Learned }
  /** Everything that it found wrong; the first one is what a rotation is refused with. */
  | { readonly kind: 'refused'; readonly wrong: readonly [Wrong, ...Wrong[]] }
  /** An earlier check was refused whose result it needs. */
  | { readonly kind: 'not-possible' };

export interface Check {
  readonly name: CheckName;
  /** Reads only, and makes no login attempt. */
  readonly run: (scene: Scene) => Promise<CheckResult>;
}

export const NOT_POSSIBLE: CheckResult = { kind: 'not-possible' };

export function passed(learned: Learned = {}): CheckResult {
  return { kind: 'passed', learned };
}

export function refused(where: string, first: Refusal, ...others: readonly Refusal[]): CheckResult {
  const wrong = others.map((refusal) => ({ where, refusal }));
  return { kind: 'refused', wrong: [{ where, refusal: first }, ...wrong] };
}
