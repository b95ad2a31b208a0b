import type { TokenSource } from '../config/schema.ts';
import type { Refusal } from '../domain/refusal.ts';

/** Where the mail with the token goes. */
export interface TokenMailbox {
  /** The address on the user's record with most of it hidden, such as `b•••@acme.com`. */
  readonly masked: string;
  /** False where the address cannot get mail: a refreshed sandbox org appends `.invalid`. */
  readonly reachable: boolean;
}

/** What every page of a prompt says of the credential. */
export interface PromptSubject {
  readonly credential: string;
  readonly org: string;
  readonly loginUrl: string;
  readonly username: string;
  readonly strategy: 'single-user' | 'alternating-users';
  readonly integrations: number;
  /** ISO 8601: when the link stops working. */
  readonly expiresAt: string;
}

/**
 * What a person who opens a link is to see: a pure function of the link, the
 * state and the time. It never holds a secret value.
 */
export type PromptView =
  /** Unknown, expired, revoked, or of a rotation that is over for long: all of them look the same. */
  { readonly kind: 'gone' } | (PromptSubject & PromptSituation);

export type PromptSituation =
  /** The password is not changed until Start is pressed. */
  | { readonly kind: 'invitation'; readonly invitedAt: string }
  /** The new password is on its way to Salesforce. */
  | { readonly kind: 'changing' }
  /** Salesforce has the password of the draft; the token is missing. */
  | TokenWanted
  /** Somebody else changed the password; password and token are missing. */
  | {
      readonly kind: 'credential';
      readonly since: string;
      readonly attemptsLeft: number;
      readonly isChecking: boolean;
    }
  | { readonly kind: 'blocked'; readonly refusal: Refusal; readonly at: string }
  /** Accepted; the swap follows at once, or at its time. */
  | { readonly kind: 'verified'; readonly verifiedAt: string; readonly commitAt?: string }
  /** Every integration secret has its new rendering beside the old one. */
  | { readonly kind: 'staged' }
  /** The swap is decided and under way. */
  | { readonly kind: 'swapping' }
  | {
      readonly kind: 'done';
      readonly completedAt: string;
      readonly swapped: number;
      readonly source?: TokenSource;
    };

export interface TokenWanted {
  readonly kind: 'token';
  /** Where the token alone was reset, and the password is as it was. */
  readonly isReset?: true;
  /** ISO 8601: since when it is waited for. */
  readonly since: string;
  readonly mailbox?: TokenMailbox;
  /** Whether the service reads the mailbox, too, and may be faster. */
  readonly readsMailbox: boolean;
  readonly attemptsLeft: number;
  /** Somebody's token is being tried at this moment. */
  readonly isChecking: boolean;
}
