import type { Credential } from '../config/load.ts';
import { budgetOf } from '../domain/budget.ts';
import { compactRecord } from '../domain/records.ts';
import type { Attempts, CredentialState, LiveUser, Straggler } from '../domain/state.ts';
import type { LoginSummary } from '../ports/salesforce.ts';
import type { SeenLogins } from './asked-logins.ts';
import { isRefusedClient } from './login-outcome.ts';
import { hasForeign } from './own-logins.ts';

/** More are not remembered, and not told. */
const MOST_REMEMBERED = 20;

/**
 * Clients that presented an old credential: those refused as the live user, and, of
 * two users, those that logged in or tried to as the one that was replaced.
 */
export function findStragglers(
  state: CredentialState & { readonly user: LiveUser },
  { login }: Credential,
  { live, replaced }: SeenLogins,
): readonly Straggler[] {
  const refused = clientsOf(live.filter(isRefusedClient), budgetOf(state, state.user.username));
  const { predecessor } = state;
  if (predecessor === undefined) return stragglersAs(state.user.username, refused);
  const way = login.kind === 'soap' ? 'soap' : 'oauth';
  const asReplaced = replaced.filter(
    (login) => isRefusedClient(login) || (login.outcome === 'accepted' && login.via === way),
  );
  return [
    ...stragglersAs(state.user.username, refused),
    ...stragglersAs(predecessor.username, clientsOf(asReplaced, budgetOf(state, predecessor.username))),
  ];
}

type Client = Omit<Straggler, 'username' | 'toldAt'>;

function stragglersAs(username: string, clients: readonly Client[]): readonly Straggler[] {
  return clients.map((client) => ({ username, ...client }));
}

function clientsOf(logins: readonly LoginSummary[], own: Attempts): readonly Client[] {
  const foreign = logins.filter((login) => hasForeign(login, own));
  const clients = Map.groupBy(foreign, ({ sourceIp, application }) => `${sourceIp} ${application}`);
  return [...clients.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        sourceIp: first.sourceIp,
        application: first.application,
        firstAt: group.map(({ firstAt }) => firstAt).toSorted()[0] ?? first.firstAt,
        lastAt:
          group
            .map(({ lastAt }) => lastAt)
            .toSorted()
            .at(-1) ?? first.lastAt,
        logins: group.reduce((sum, { logins: count }) => sum + count, 0),
      },
    ];
  });
}

/**
 * What is known of the clients together with what was found now, the newest first.
 * Who was there before keeps the place, so that nobody is told again and again where
 * there are more clients than are remembered.
 */
export function rememberedStragglers(
  known: readonly Straggler[],
  found: readonly Straggler[],
): readonly Straggler[] {
  const news = new Map(found.map((straggler) => [keyOf(straggler), straggler]));
  const kept = known.map((straggler) => merged(straggler, news.get(keyOf(straggler))));
  const before = new Set(known.map(keyOf));
  const added = found.filter((straggler) => !before.has(keyOf(straggler)));
  const room = [...kept, ...added.toSorted(newestFirst)].slice(0, MOST_REMEMBERED);
  return room.toSorted(newestFirst);
}

/** An answer may be cut short; what was known stays. */
function merged(known: Straggler, found: Straggler | undefined): Straggler {
  if (found === undefined || found.lastAt < known.lastAt) return known;
  return compactRecord({ ...found, logins: Math.max(found.logins, known.logins), toldAt: known.toldAt });
}

function keyOf({ username, sourceIp, application }: Straggler): string {
  return `${username.toLowerCase()} ${sourceIp} ${application}`;
}

function newestFirst(a: Straggler, b: Straggler): number {
  return b.lastAt.localeCompare(a.lastAt) || keyOf(a).localeCompare(keyOf(b), 'en');
}
