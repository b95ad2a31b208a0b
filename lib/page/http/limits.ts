import type { PageServices } from '../services.ts';

const WINDOW_SECONDS = 60;

/**
 * How many requests there may be in a minute. A page that is left open asks some
 * twenty times; fifty people may paste at once. What a token costs is limited
 * elsewhere, by the lockout budget.
 */
export const LIMITS = { allReads: 1_200, allWrites: 240, readsOfLink: 300, writesOfLink: 60 } as const;

export type Access = 'read' | 'write';

/**
 * Counts a request for all links together and for its own, before anything is
 * looked up. Reads do not use up what writes may: whoever floods the page with
 * the one does not keep the owner from the other.
 *
 * @param link Names the link without telling its id.
 */
export async function isWithinLimits(
  services: Pick<PageServices, 'countIn'>,
  access: Access,
  link: string,
): Promise<boolean> {
  const [all, own] = await Promise.all([
    services.countIn(`page#${access}`, WINDOW_SECONDS),
    services.countIn(`page#${access}#${link}`, WINDOW_SECONDS),
  ]);
  return access === 'read'
    ? all <= LIMITS.allReads && own <= LIMITS.readsOfLink
    : all <= LIMITS.allWrites && own <= LIMITS.writesOfLink;
}

export const RETRY_AFTER_SECONDS = WINDOW_SECONDS;
