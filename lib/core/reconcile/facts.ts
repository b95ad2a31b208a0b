import type { Credential } from '../config/load.ts';
import type { TokenSource } from '../config/schema.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { RejectionCause } from '../domain/rejection-cause.ts';
import type { Redacted } from '../redacted.ts';

/** Why a run happens. A plain poke is enough for everything that waits for nobody. */
export type Trigger =
  | { readonly kind: 'poke' }
  /** A person pressed Start on an invitation. */
  | { readonly kind: 'start'; readonly by: string; readonly rotationId?: string | undefined }
  /** A person says that the remedy of a refusal was applied. */
  | { readonly kind: 'resume'; readonly by: string }
  /** A person asks whether all integration secrets carry the current credential. */
  | { readonly kind: 'check'; readonly by: string }
  /** A person asks for a new link; those before it stop working. */
  | { readonly kind: 'renew-prompt'; readonly by: string }
  /** Somebody or something brought a token. Without a rotation it is for the one that waits. */
  | {
      readonly kind: 'token';
      readonly source: TokenSource;
      readonly by?: string | undefined;
      readonly rotationId?: string | undefined;
    }
  /** A person brought a password with its token, after it was changed outside. */
  | { readonly kind: 'credential'; readonly by: string; readonly rotationId?: string | undefined };

/** Something was brought that may cost a login attempt. */
export type Offer = Extract<Trigger, { kind: 'token' | 'credential' }>;

/** What was brought, beside the trigger: that one is plain data. */
export interface Brought {
  /** `undefined` where the org needs none. */
  readonly token: Redacted | undefined;
  /** With a trigger of kind `credential`. */
  readonly password?: Redacted;
}

/**
 * What is known when a plan is made. The optional parts cost calls; `plan`
 * asks for one by the action `look`, and only in the phases that need it.
 */
export interface Facts {
  readonly now: Date;
  readonly credential: Credential;
  readonly trigger: Trigger;
  readonly preflight?: 'passed' | Refusal;
  /** What a look met that stands in the way of this phase. */
  readonly obstacle?: Refusal;
  /** `User.LastPasswordChangeDate`, or `null` where the org shows none. */
  readonly lastPasswordChangeDate?: string | null;
  readonly draft?: DraftFact;
  /** Fingerprint of what the trigger brought. */
  readonly offeredFingerprint?: string;
  readonly pending?: PendingFact;
  /** Whether a token is known that may go with the drafted password. */
  readonly unchangedToken?: 'known' | 'unknown';
  readonly drift?: DriftFact;
  readonly edit?: EditFact;
  /** With a connection of kind `self` only. */
  readonly session?: SessionFact;
}

/** What became of the login that opens a session of the user. */
export type SessionFact =
  | { readonly kind: 'open' }
  /** Another run is logging in as the user until then, at the latest. */
  | { readonly kind: 'busy'; readonly until: Date }
  /** Salesforce does not accept the current credential, and does not say why. */
  | { readonly kind: 'rejected'; readonly refusal: Refusal }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What the draft secret holds: nothing, this rotation's password, the same with an accepted token, or something else. */
export type DraftFact = 'empty' | 'incomplete' | 'complete' | 'foreign';

/** What is under `AWSPENDING` apart from the current version; with rotation off, nobody will ever finish it. */
export type PendingFact = 'none' | 'empty' | 'this-rotation' | 'foreign';

/**
 * Whether the integration secrets carry the current credential: all do; what
 * does not has been told already; it can be neither read nor written, or there
 * is nothing to compare with; it can be brought forward; or it could, but no
 * rotation or login has proved what is current.
 */
export type DriftFact = 'none' | 'told' | 'unwritable' | 'found' | 'unproven';

/**
 * Whether somebody else than a rotation made the credential secret's current
 * version: nobody, as far as known; somebody, and it was not tried; it was, and
 * Salesforce refused it; its login is the one that was there before; a login of
 * its user is under way; or it cannot be read as a credential.
 */
export type EditFact = 'none' | 'edited' | 'refused' | 'same-login' | 'checking' | 'unusable';

export type Look =
  | 'preflight'
  | 'user'
  | 'draft'
  | 'offer'
  | 'pending'
  | 'unchanged-token'
  | 'drift'
  | 'edit';

export type Action =
  /** Nothing to do now. `until` is when it is worth looking again. */
  | {
      readonly do: 'rest';
      readonly because: string;
      readonly until?: Date;
      /** What stands in the way of an offer, where that passes soon. */
      readonly why?: DelayReason;
    }
  | { readonly do: 'look'; readonly at: Look }
  | { readonly do: 'block'; readonly refusal: Refusal }
  | { readonly do: 'unblock'; readonly by: string; readonly forgetAttempts: boolean }
  | { readonly do: 'begin'; readonly phase: 'idle' | 'invited' | 'awaiting-token' }
  | { readonly do: 'accept-start'; readonly by: string }
  | { readonly do: 'open-session' }
  | { readonly do: 'draft' }
  | { readonly do: 'set-password' }
  | { readonly do: 'conclude-set' }
  | { readonly do: 'verify'; readonly source: TokenSource }
  | { readonly do: 'decline-token'; readonly reason: DeclineReason }
  | { readonly do: 'conclude-verified' }
  | { readonly do: 'prove-token' }
  | { readonly do: 'request-token' }
  | { readonly do: 'remind' }
  | { readonly do: 'escalate' }
  | { readonly do: 'renew-prompt'; readonly by: string }
  | { readonly do: 'unlock-user' }
  | { readonly do: 'request-commit' }
  | { readonly do: 'remove-pending' }
  | { readonly do: 'sweep' }
  | { readonly do: 'refuse-rollback'; readonly refusal: Refusal }
  | { readonly do: 'retire' }
  | { readonly do: 'heartbeat' }
  | { readonly do: 'prove-current' }
  | { readonly do: 'prove-edit' }
  | { readonly do: 'adopt-version' }
  | { readonly do: 'note-edit-checked' }
  | { readonly do: 'bring-forward' }
  | { readonly do: 'report-drift' }
  | { readonly do: 'note-drift-checked' };

export type DeclineReason =
  | 'not-waiting'
  | 'refused-before'
  | 'blocked'
  | 'already-verified'
  /** It was brought for a rotation that is over. */
  | 'another-rotation'
  /** The password was changed outside, so a token alone is not enough. */
  | 'password-needed';

/** A login is under way; Salesforce refused the same a moment ago; something else that ends by itself. */
type DelayReason = 'checking' | 'refused-a-moment-ago' | 'under-way';

/** What became of a token, or a password with its token, that somebody or something brought. */
export type TokenOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; readonly because: RejectionCause }
  | { readonly kind: 'declined'; readonly reason: DeclineReason }
  /** It could not be judged now; offer it again after a while. */
  | {
      readonly kind: 'not-yet';
      readonly because: string;
      readonly why: DelayReason;
      readonly until?: Date;
    };
