import { isDeepStrictEqual } from 'node:util';
import { type RotationBench, SECRET } from '../support/rotation-bench.ts';
import type { Finding } from './finding.ts';
import type { CrashScenario } from './scenarios.ts';

/** What there is at one moment, for comparison with another. */
export interface World {
  /** The user in the credential secret. */
  readonly liveUsername: string;
  /** The current text of each secret. */
  readonly texts: ReadonlyMap<string, string>;
  /** The password in force of each user. */
  readonly passwords: ReadonlyMap<string, string>;
  /** Every version of every secret, and what the org knows of the users: all that a refusal leaves alone. */
  readonly everything: unknown;
  /** Rows of the org's login history. */
  readonly rows: number;
}

export function worldOf({ secrets, sandbox }: RotationBench, { usernames }: CrashScenario): World {
  const { salesforce } = sandbox;
  const names = secrets.names();
  const users = usernames.map((username) => salesforce.inspect(username));
  return {
    liveUsername: secrets.login(SECRET).username,
    texts: new Map(names.map((name) => [name, secrets.text(name)])),
    passwords: new Map(users.map(({ username, password }) => [username, password])),
    everything: [users, names.map((name) => [name, [...secrets.versions(name)]])],
    rows: salesforce.view.loginHistory.length,
  };
}

/** What a refusal changed, although it changes nothing. */
export function changedByRefusal(before: World, after: World): readonly Finding[] {
  if (isDeepStrictEqual(before.everything, after.everything)) return [];
  return [{ kind: 'other', text: 'a refusal changed a secret or a user' }];
}
