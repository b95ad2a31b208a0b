/**
 * Longer than a run of a function may last, so that an expired lease means a
 * dead run: nobody repeats what a run that only stands still may yet do.
 */
export const RUN_LEASE_SECONDS = 150;

/** When a lease that is taken now ends. ISO 8601. */
export function leaseFrom(now: Date): string {
  return new Date(now.getTime() + RUN_LEASE_SECONDS * 1_000).toISOString();
}
