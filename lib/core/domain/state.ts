import type { TokenSource } from '../config/schema.ts';
import type { TokenMailbox } from '../prompt/prompt-view.ts';
import type { Refusal } from './refusal.ts';

/**
 * The ledger's item of one credential. It says where a rotation stands and how
 * many login attempts are spent; it never holds a secret value. All times are
 * ISO 8601 in UTC.
 */
export interface CredentialState {
  readonly credential: string;
  /** Counts the writes; every write is conditional on it. 0 is an item that was never written. */
  readonly version: number;
  readonly phase: Phase;
  readonly since: string;
  /** A wish to rotate that was not begun yet. */
  readonly request?: RotationRequest;
  /** Present in every phase but `idle`, where it is there from the moment that a run claimed a rotation. */
  readonly rotation?: Rotation;
  /** The lockout budget of each user, by username in lower case: Salesforce counts failed logins per user. */
  readonly budgets: Readonly<Record<string, Attempts>>;
  readonly blocked?: Blocked;
  /** When the password in force was set, as far as known. */
  readonly passwordChangedAt?: string;
  /** The schedule counts from here where that is later: a rollback to an old password is not followed by its rotation. */
  readonly scheduledFrom?: string;
  readonly last?: CompletedRotation;
  /** Alternating users only. */
  readonly predecessor?: Predecessor;
  /** What is known of the user that the integrations log in as, from the org's own records. */
  readonly user?: LiveUser;
  readonly drift?: DriftRecord;
  /** Who still logs in with what the last swap replaced; absent before the first swap. */
  readonly stragglers?: StragglerWatch;
  /** When people were last told that Salesforce will retire this way of logging in. */
  readonly retirementToldAt?: string;
  /** Work beside a rotation that is under way; no rotation begins before it has ended. */
  readonly chore?: { readonly kind: 'retire' | 'bring-forward' | 'tidy'; readonly leaseUntil: string };
  /** Events that this write brought about and that are not known to be delivered. */
  readonly outbox: readonly HistoryEvent[];
}

/** See the table of phases in docs/architecture.md. */
export type Phase =
  | 'idle'
  | 'invited'
  | 'drafted'
  | 'changing'
  | 'awaiting-token'
  | 'verified'
  | 'committing'
  | 'blocked';

/**
 * Why a rotation was begun. After an outside change, `outside-change` asks for the
 * password that somebody else set, and `take-over` sets another at once. After a
 * `token-reset` the password is as it was, and only the token is asked for.
 */
type Cause =
  | 'due'
  | 'requested'
  | 'secrets-manager'
  | 'rollback'
  | 'outside-change'
  | 'take-over'
  | 'token-reset';

export interface RotationRequest {
  readonly cause: Cause;
  readonly by: string;
  readonly at: string;
}

export interface Rotation {
  readonly id: string;
  readonly cause: Cause;
  readonly startedAt: string;
  readonly username: string;
  /** Both are empty until a login has told them, with a connection of kind `self`. */
  readonly userId: string;
  readonly organizationId: string;
  /** The commit waits until then; absent where it follows the verification at once. */
  readonly commitAt?: string;
  /** How many drafts were written: a policy refusal allows a new one. */
  readonly draftNumber: number;
  /** `User.LastPasswordChangeDate` before the password was set. */
  readonly changedBefore?: string;
  /** Until then no other run repeats the call that sets the password. */
  readonly setLeaseUntil?: string;
  /**
   * `User.LastPasswordChangeDate` when the password of the draft was in force for
   * the org: read after it was set, and before the login that proves it.
   */
  readonly changedAfter?: string;
  /** When the call that set the password began; a token mail must be newer. */
  readonly setStartedAt?: string;
  readonly passwordSetAt?: string;
  /**
   * That it is set was concluded from a login with the old password that Salesforce
   * rejected, since with a connection of kind `self` nothing else tells.
   */
  readonly presumedSet?: boolean;
  readonly startPressed?: boolean;
  readonly triedUnchanged?: boolean;
  /** When the newest mail was written whose token was offered; older ones are of no use. */
  readonly newestMailAt?: string;
  /** How many refused mails the history has. */
  readonly refusedMails?: number;
  /** Why its mailbox could not be read, each reason that was told. */
  readonly mailboxProblems?: readonly string[];
  /** The conversation with the people who bring what is missing; links lead to it, and a renewed one revokes them. */
  readonly promptId?: string;
  /** Where Salesforce mails the token. */
  readonly mailbox?: TokenMailbox;
  /** How many reminders to a person went out. */
  readonly reminders?: number;
  readonly escalatedAt?: string;
  /** When it was tried to end a lockout of the user: once in a rotation, whatever came of it. */
  readonly unlockTriedAt?: string;
  readonly source?: TokenSource;
  readonly verifiedAt?: string;
  /** Whether it was tried if the org accepts the password alone. */
  readonly triedWithoutToken?: boolean;
  readonly commitRequestedAt?: string;
  /** How many commits were given up as dead; each new one gets a request token of its own. */
  readonly abandonedCommits?: number;
  /** Secrets Manager's request token, which is also the version id of the new credential. */
  readonly requestToken?: string;
  readonly pairs?: readonly StagedPair[];
  readonly decidedAt?: string;
  /** The version of the credential secret that was current at the decision; only from there is it promoted. */
  readonly replaces?: string;
  readonly firstFlipAt?: string;
  readonly lastFlipAt?: string;
}

/** One integration secret: from which version, to which version. */
export interface StagedPair {
  readonly secret: string;
  readonly base: string;
  readonly staged: string;
}

/** The lockout budget of one user. Every attempt is reserved here before Salesforce hears of it. */
export interface Attempts {
  /** Attempts that failed, or may have failed, since the last accepted login. */
  readonly spent: number;
  /** Counts all reservations, so that an answer that comes late forgives only what was before it. */
  readonly made?: number;
  readonly lastAt?: string;
  readonly inFlight?: {
    readonly id: string;
    readonly fingerprint: string;
    readonly source: TokenSource | 'test';
    readonly leaseUntil: string;
  };
  /** The newest reservations, bounded: by them the service's own logins are told from those of clients. */
  readonly recent?: readonly RecentAttempt[];
  /** Tokens that Salesforce refused, by fingerprint, so that none is tried twice in vain. */
  readonly refused: readonly { readonly fingerprint: string; readonly at: string; readonly times: number }[];
}

export interface RecentAttempt {
  readonly ordinal: number;
  readonly at: string;
  /** Otherwise it failed, or its answer is not known. */
  readonly accepted?: true;
}

interface Blocked {
  readonly from: Exclude<Phase, 'blocked'>;
  readonly refusal: Refusal;
  readonly at: string;
}

/** The other user's credential, which the last swap replaced. A rollback leads back to it while it lives. */
export interface Predecessor {
  readonly username: string;
  /** The version of the credential secret that holds it. */
  readonly versionId: string;
  readonly replacedAt: string;
  /** When its password is to be replaced by one that nobody holds; absent for never. */
  readonly retireAt?: string;
  /** The call that replaces it may have landed. */
  readonly retirement?: { readonly begunAt: string; readonly changedBefore?: string };
  /** Since when its password is another one. */
  readonly endedAt?: string;
}

/** The user that the credential secret holds, as far as the org's records were understood. */
export interface LiveUser {
  readonly username: string;
  /**
   * `User.LastPasswordChangeDate` that goes with the current credential: a later one
   * is an outside change. By the org's clock, so that ours may be wrong. Absent
   * while it is not known yet.
   */
  readonly changedAt?: string;
  /** The date of the outside change that people were told of. */
  readonly toldChange?: string;
  /** What keeps the user from logging in, as it was told. */
  readonly trouble?: UserTrouble;
  /** When the current credential was last known to be accepted: by a login of the service, or by one in the org's records. */
  readonly provenAt?: string;
  /** When the service last logged in, or tried to, only to see whether the credential still works. */
  readonly triedAt?: string;
  /** What the last heartbeat met. No other is made until records or a person say that it is mended. */
  readonly failed?: FailedHeartbeat;
}

/** Why the current credential does not work, as far as Salesforce's answer and the org's records tell. */
interface FailedHeartbeat {
  readonly trouble: 'token-reset' | Refusal['code'];
  readonly at: string;
  /** When a person said that it is mended; the next heartbeat finds out. */
  readonly resumedAt?: string;
}

/** What an org's records say against a user; the codes of the refusals that go with it. */
export type UserTrouble = 'user-not-found' | 'user-inactive' | 'user-frozen' | 'user-locked';

/** Who still logs in with a credential that a swap has replaced, as far as the org's login history shows. */
export interface StragglerWatch {
  /** The swap, by our clock. */
  readonly from: string;
  /** When the login history was read, to the hour while nothing happens. */
  readonly lookedAt?: string;
  /** When none had been seen for as long as is configured; nothing more is read then. */
  readonly convergedAt?: string;
  /** Not even the service's own login was shown: the org does not let it see logins of others. */
  readonly unseen?: true;
  /** The newest ones; bounded. */
  readonly seen: readonly Straggler[];
  /** When people were last warned that stragglers may lock the user out. */
  readonly warnedAt?: string;
}

/** One client, as far as the login history tells clients apart. */
export interface Straggler {
  readonly username: string;
  readonly sourceIp: string;
  readonly application: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly logins: number;
  /** Present once people were told of it. */
  readonly toldAt?: string;
}

/** The last look at the credential secret, and at whether all integration secrets carry what it holds. */
interface DriftRecord {
  /** When it ended; absent before the first, and where another is due at once. */
  readonly checkedAt?: string;
  /** Names what was found and told, so that it is told once. */
  readonly told?: string;
  /** The version of the credential secret that a login has proved since the last rotation. */
  readonly provenVersion?: string;
  /** The version that the first look found, where none is proven: whether it works was not asked. */
  readonly foundVersion?: string;
  /** An edit that Salesforce did not accept, and of which people were told. */
  readonly refusedVersion?: string;
}

export interface CompletedRotation {
  readonly id: string;
  readonly cause: Cause;
  readonly completedAt: string;
  /** The version of the credential secret that the rotation made current. */
  readonly versionId: string;
  readonly source?: TokenSource;
  readonly passwordSetAt?: string;
  readonly lastFlipAt?: string;
  readonly integrations: number;
  /** The prompt that its links belonged to. */
  readonly promptId?: string;
  readonly username?: string;
}

export type EventType =
  | 'Rotation Requested'
  | 'Rotation Invited'
  | 'Rotation Begun'
  | 'Start Pressed'
  | 'Rotation Started'
  | 'Password Change Begun'
  | 'Password Set'
  | 'Password Refused'
  | 'Token Requested'
  | 'Token Refused'
  | 'Mailbox Not Read'
  | 'Token Rejected'
  | 'Token Accepted'
  | 'Login Unanswered'
  | 'Token Not Proven'
  | 'Token Reminder'
  | 'Token Escalated'
  | 'Prompt Renewed'
  | 'User Unlocked'
  | 'User Locked Out'
  | 'Password Changed Outside'
  | 'Token Reset Outside'
  | 'Password Expired'
  | 'Credential Edited'
  | 'Straggler Seen'
  | 'Stragglers Gone'
  | 'Login Retires'
  | 'Commit Requested'
  | 'Commit Failed'
  | 'Integrations Staged'
  | 'Swap Decided'
  | 'Rotation Completed'
  | 'Rotation Blocked'
  | 'Rotation Resumed'
  | 'Ledger Rebuilt'
  | 'Pending Removed'
  | 'Rollback Refused'
  | 'Old User Retired'
  | 'Retirement Postponed'
  | 'Drift Found'
  | 'Drift Mended'
  | 'Repaired';

/** One line of history: who or what caused it, when, the reason code; never a value. */
export interface HistoryEvent {
  readonly id: string;
  readonly at: string;
  readonly type: EventType;
  readonly credential: string;
  readonly phase: Phase;
  readonly rotationId?: string;
  /** What happened, in one sentence for a person. */
  readonly message: string;
  readonly reason?: string;
  readonly remedy?: string;
  readonly by?: string;
  /** Whoever is told gets a link to this prompt. */
  readonly promptId?: string;
}

/** The state of a credential that the ledger does not know. */
export function unknownState(credential: string, at: string): CredentialState {
  return {
    credential,
    version: 0,
    phase: 'idle',
    since: at,
    budgets: {},
    outbox: [],
  };
}
