import type { Attempts, CredentialState, RecentAttempt } from './state.ts';

/** A budget of which nothing is spent. */
export const FULL_BUDGET: Attempts = { spent: 0, refused: [] };

/** One reserved attempt, as its answer is booked. */
export interface ReservedAttempt {
  readonly username: string;
  readonly id: string;
  /** How many reservations the user's budget had seen, this one among them. */
  readonly ordinal: number;
}

export function budgetOf(state: Pick<CredentialState, 'budgets'>, username: string): Attempts {
  return state.budgets[username.toLowerCase()] ?? FULL_BUDGET;
}

export function withBudget(state: CredentialState, username: string, budget: Attempts): CredentialState {
  return { ...state, budgets: { ...state.budgets, [username.toLowerCase()]: budget } };
}

/** Salesforce accepted the attempt and forgot the failures before it; those after it still count. */
export function accepted(state: CredentialState, attempt: ReservedAttempt): CredentialState {
  const budget = budgetOf(state, attempt.username);
  const since = Math.max(0, (budget.made ?? 0) - attempt.ordinal);
  const { refused, recent, ...rest } = withoutInFlight(budget, attempt.id);
  return withBudget(state, attempt.username, {
    ...rest,
    ...(recent === undefined ? {} : { recent: recent.map((entry) => answered(entry, attempt)) }),
    spent: Math.min(budget.spent, since),
    refused: since === 0 ? [] : refused,
  });
}

function answered(entry: RecentAttempt, { ordinal }: ReservedAttempt): RecentAttempt {
  return entry.ordinal === ordinal ? { ...entry, accepted: true } : entry;
}

/** The attempt is over; it stays spent. */
export function released(state: CredentialState, attempt: ReservedAttempt): CredentialState {
  const budget = budgetOf(state, attempt.username);
  return withBudget(state, attempt.username, withoutInFlight(budget, attempt.id));
}

/** The attempt was refused: its token is remembered by its fingerprint. */
export function refused(
  state: CredentialState,
  attempt: ReservedAttempt,
  fingerprint: string,
  at: string,
): CredentialState {
  const budget = withoutInFlight(budgetOf(state, attempt.username), attempt.id);
  const times = (budget.refused.find((entry) => entry.fingerprint === fingerprint)?.times ?? 0) + 1;
  const others = budget.refused.filter((entry) => entry.fingerprint !== fingerprint);
  return withBudget(state, attempt.username, {
    ...budget,
    refused: [...others, { fingerprint, at, times }],
  });
}

/** The state after the org has forgotten the user's failed logins, if the last attempt is old enough for that. */
export function withoutForgotten(
  state: CredentialState,
  username: string,
  forgetAfterSeconds: number,
  now: Date,
): CredentialState {
  const budget = budgetOf(state, username);
  const { lastAt } = budget;
  if (lastAt === undefined || now.getTime() < Date.parse(lastAt) + forgetAfterSeconds * 1_000) return state;
  return withBudget(state, username, { ...budget, spent: 0 });
}

/** Another attempt that was begun since is left alone. */
function withoutInFlight(budget: Attempts, id: string): Attempts {
  if (budget.inFlight?.id !== id) return budget;
  const { inFlight: _over, ...rest } = budget;
  return rest;
}
