import type { CompletedRotation, HistoryEvent } from '../../core/domain/state.ts';
import type { RefusedRead } from '../reader.ts';

/** The outage that a rotation of a single user declares. ISO 8601. */
export interface Outage {
  /** When the call that sets the password began. */
  readonly from: string;
  /** When the last integration secret was swapped; absent while that has not come. */
  readonly to?: string | undefined;
}

/**
 * The refused reads that the declared outage does not explain; without an outage,
 * all of them. It explains one if the version that was read is the one that the
 * rotation replaces, and if some part of the read and its login fell into the
 * outage: a login may be on its way when the password is set, and what was read
 * just before a swap may be tried just after it. No other allowance is made. A
 * refusal of any other version, or of what was asked for after the last swap, is
 * a fault.
 *
 * @param replaced by the consumer's name, the version of its secret that the rotation replaces
 */
export function outsideOutage(
  refused: readonly RefusedRead[],
  outage: Outage | undefined,
  replaced: ReadonlyMap<string, string>,
): readonly RefusedRead[] {
  if (outage === undefined) return refused;
  const from = Date.parse(outage.from);
  const to = outage.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(outage.to);
  return refused.filter(
    ({ consumer, versionId, askedAt, answeredAt }) =>
      versionId !== replaced.get(consumer) || answeredAt.getTime() < from || askedAt.getTime() > to,
  );
}

/** The outage of the newest rotation, as the ledger tells it; `undefined` where no password was set. */
export function declaredOutage(
  history: readonly HistoryEvent[],
  completed: CompletedRotation | undefined,
): Outage | undefined {
  const begun = history.find(({ type }) => type === 'Password Change Begun');
  if (begun === undefined) return undefined;
  return { from: begun.at, to: completed?.id === begun.rotationId ? completed?.lastFlipAt : undefined };
}

/** How long the integrations were refused, from the first refusal to the last; 0 where none was. */
export function refusedSeconds(refused: readonly RefusedRead[]): number {
  const asked = refused.map(({ askedAt }) => askedAt.getTime());
  const answered = refused.map(({ answeredAt }) => answeredAt.getTime());
  return refused.length === 0 ? 0 : (Math.max(...answered) - Math.min(...asked)) / 1_000;
}
