import type { Credential } from '../config/load.ts';
import type { Straggler } from '../domain/state.ts';
import type { EventText } from '../domain/transition.ts';
import type { LockoutForecast } from './lockout-forecast.ts';

/** So many are named in one message. */
const MOST_NAMED = 5;

const REREAD =
  'Restart it or make it read its secret again: the integration secrets carry the new credential.';

/** One client, or several that were found by one look. */
export function stragglersSeen(stragglers: readonly Straggler[]): EventText {
  const [only] = stragglers;
  const isOne = stragglers.length === 1 && only !== undefined;
  return {
    type: 'Straggler Seen',
    by: 'watch',
    reason: 'old-credential',
    message: isOne
      ? `A client still logs in with an old credential: ${described(only)}.`
      : `${stragglers.length} clients still log in with an old credential: ${listed(stragglers.map(described))}.`,
    remedy: isOne ? `Find the client at ${clientText(only)}. ${REREAD}` : `Find each. ${REREAD}`,
  };
}

export function mayLockUser(
  username: string,
  { lockout }: Credential,
  { failures, clients }: LockoutForecast,
): EventText {
  const names = [...new Set(clients.map(clientText))];
  return {
    type: 'Straggler Seen',
    by: 'watch',
    reason: 'may-lock-user',
    message: `Refused logins may soon lock "${username}" out, and with it all integrations: about ${failures} since the last one that worked, where the org locks after ${lockout.threshold}. They come from ${listed(names)}.`,
    remedy: `Stop the client now. ${REREAD}`,
  };
}

export function stragglersGone(seen: number, afterSeconds: number): EventText {
  const hours = Math.round(afterSeconds / 360) / 10;
  return {
    type: 'Stragglers Gone',
    by: 'watch',
    message:
      seen === 0
        ? `Within ${hours} h of the swap no client was seen with an old credential.`
        : `No client has logged in with an old credential for ${hours} h; there were ${seen}.`,
  };
}

/** @example '203.0.113.7 (DataLoader)' */
export function clientText({ sourceIp, application }: Pick<Straggler, 'sourceIp' | 'application'>): string {
  const from = sourceIp === '' ? 'an unknown address' : sourceIp;
  return application === '' || application === 'N/A' ? from : `${from} (${application})`;
}

function described(straggler: Straggler): string {
  const { username, logins, firstAt, lastAt } = straggler;
  const how = logins === 1 ? `once, at ${lastAt}` : `${logins} times since ${firstAt}, the last at ${lastAt}`;
  return `${clientText(straggler)} as "${username}", ${how}`;
}

function listed(parts: readonly string[]): string {
  const more = parts.length - MOST_NAMED;
  return parts.slice(0, MOST_NAMED).join('; ') + (more > 0 ? `; and ${more} more` : '');
}
