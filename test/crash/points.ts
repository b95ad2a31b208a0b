import { ANY_CALL, type DeathPoint } from '../support/cutting-wire.ts';
import { SeededRandom } from '../support/fakes/seeded-random.ts';

/** One rotation of a scenario, and where the process dies in its first life, in its second, … */
export interface Run {
  readonly scenario: string;
  readonly deaths: readonly DeathPoint[];
}

/** Both deaths at each of these calls. */
export function everyDeathAt(calls: readonly string[]): readonly DeathPoint[] {
  const seen = new Map<string, number>();
  return calls.flatMap((call) => {
    const nth = (seen.get(call) ?? 0) + 1;
    seen.set(call, nth);
    return (['before', 'after'] as const).map((when) => ({ call, nth, when }));
  });
}

/**
 * Two deaths in a row: the first anywhere, the second at any of as many calls
 * as were left at the first. What the second life has to do depends on how the
 * first ended, so its calls are told by their number only.
 */
export function randomPair(deaths: readonly DeathPoint[], random: () => number): readonly DeathPoint[] {
  const at = Math.floor(random() * deaths.length);
  const first = deaths[at];
  if (first === undefined) throw new Error('there is no point to die at');
  const left = Math.ceil((deaths.length - at) / 2);
  const nth = 1 + Math.floor(random() * left);
  return [first, { call: ANY_CALL, nth, when: random() < 0.5 ? 'before' : 'after' }];
}

/** As `single-user/mailbox: after PutItem by advance #3, then before call #17`. */
export function nameOfRun({ scenario, deaths }: Run): string {
  return `${scenario}: ${deaths.map(({ when, call, nth }) => `${when} ${call} #${nth}`).join(', then ')}`;
}

/** @throws where the text is no name of a run. */
export function runNamed(name: string): Run {
  const [, scenario, points] = /^([^:]+): (.+)$/.exec(name) ?? [];
  if (scenario === undefined || points === undefined) throw notARun(name);
  const deaths = points.split(', then ').map((point) => {
    const [, when, call, nth] = /^(before|after) (.+) #(\d+)$/.exec(point) ?? [];
    if (call === undefined) throw notARun(name);
    return { call, nth: Number(nth), when: when === 'before' ? ('before' as const) : ('after' as const) };
  });
  return { scenario, deaths };
}

function notARun(name: string): Error {
  return new Error(
    `"${name}" names no point. One looks like "single-user/mailbox: after PutItem by advance #3".`,
  );
}

/** Numbers from 0 to 1, without 1, that are the same for the same seed. */
export function seeded(seed: string): () => number {
  const source = new SeededRandom(seed);
  return () => Buffer.from(source.bytes(4)).readUInt32BE() / 2 ** 32;
}

/** So many of them, each at most once, in a random order. */
export function sampleOf<Item>(items: readonly Item[], size: number, random: () => number): readonly Item[] {
  const left = [...items];
  return Array.from(
    { length: Math.min(size, left.length) },
    () => left.splice(Math.floor(random() * left.length), 1)[0] as Item,
  );
}
