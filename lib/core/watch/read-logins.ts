import type { Credential } from '../config/load.ts';
import type { CredentialState } from '../domain/state.ts';
import type { Ports } from '../ports/ports.ts';
import type { UserRecord } from '../ports/salesforce.ts';
import { loginsOf, loginsWanted, type SeenLogins } from './asked-logins.ts';

/** A credential, and the user that the integrations log in as. */
export interface NamedMember {
  readonly credential: Credential;
  readonly state: CredentialState | undefined;
  readonly username: string;
}

/** One call to the org for all who ask, by credential; nothing without an answer. Never throws. */
export async function readLogins(
  ports: Ports,
  connection: Parameters<Ports['org']['readLogins']>[0],
  asking: readonly NamedMember[],
  users: ReadonlyMap<string, UserRecord>,
): Promise<ReadonlyMap<string, SeenLogins>> {
  const asked = asking.flatMap(({ credential, state, username }) => {
    if (state === undefined) return [];
    const live = users.get(username.toLowerCase());
    const replaced = users.get(state.predecessor?.username.toLowerCase() ?? '');
    return [
      { credential, state, live, replaced, wanted: loginsWanted(state, credential, { live, replaced }) },
    ];
  });
  const wanted = asked.flatMap((one) => one.wanted);
  const [first] = asked;
  if (first === undefined || wanted.length === 0) return new Map();
  const { org } = first.credential;
  try {
    const answer = await ports.org.readLogins(connection, wanted);
    if (answer.kind === 'connection-refused') throw new Error(`the org refused it: ${answer.detail}`);
    if (!answer.isComplete)
      ports.telemetry.warn(
        `the login history of the org "${org}" has more clients than one look can read; the newest were judged`,
        new Error('The answer is as long as it can be.'),
      );
    return new Map(
      asked.map(({ credential, state, live, replaced }) => [
        credential.name,
        {
          swappedAt: state.stragglers?.from,
          live: loginsOf(answer.logins, live),
          replaced: loginsOf(answer.logins, replaced),
        },
      ]),
    );
  } catch (error) {
    ports.telemetry.warn(
      `the login history of the org "${org}" could not be read; the next look reads it`,
      error,
    );
    return new Map();
  }
}
