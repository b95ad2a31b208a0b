import { inspect } from 'node:util';
import { CONNECTION, type RotationBench, USERNAME } from './rotation-bench.ts';

/** So many characters of a secret in a row are a leak, too. */
const WINDOW = 12;

interface Secret {
  readonly name: string;
  readonly value: string;
}

/**
 * Remembers every password, token and client secret that there is or was, and
 * looks for them, whole or in part and in any usual spelling, in everything
 * that the service says: logs and metrics, ledger, events, notifications,
 * queue, answers, thrown errors, and what Secrets Manager and the org record.
 */
export class LeakWatch {
  readonly #bench: RotationBench;
  readonly #secrets = new Map<string, string>();
  readonly #said: string[] = [];

  constructor(bench: RotationBench) {
    this.#bench = bench;
    this.#listen();
    this.#remember();
  }

  /** How many different secrets are watched for. */
  get secretsSeen(): number {
    return this.#secrets.size;
  }

  /** Watches for this text, too. */
  add(name: string, value: string): void {
    this.#secrets.set(value, name);
  }

  /** Every secret that there is now, for a service that repeats what it was sent. */
  everything(): readonly string[] {
    this.#remember();
    return [...this.#secrets.keys()];
  }

  /** Where a secret was found, as `<secret> in <place>`. */
  async leaks(): Promise<readonly string[]> {
    this.#remember();
    const places = await this.#places();
    const found = [...this.#secrets].flatMap(([value, name]) =>
      places
        .filter(([, text]) => spellings(value).some((spelling) => text.includes(spelling)))
        .map(([place]) => `${name} in ${place}`),
    );
    return [...new Set(found)].sort();
  }

  async #places(): Promise<readonly (readonly [string, string])[]> {
    const { sandbox, ledger, nativeEvents } = this.#bench;
    const { messages, salesforce, secretsManager } = sandbox;
    const { loginHistory, auditTrail } = salesforce.view;
    const descriptions = this.#bench.secrets
      .names()
      .map((SecretId) => secretsManager.describeSecret({ SecretId }));
    const texts: readonly (readonly [string, unknown])[] = [
      ['the log', sandbox.logLines],
      ['the ledger', await ledger.items()],
      ['an event', messages.events],
      ['a notification', messages.notifications],
      ['a dead letter', messages.deadLetters],
      ['an event of Secrets Manager', nativeEvents],
      ['a description of a secret', descriptions],
      ["the org's login history", loginHistory],
      ["the org's audit trail", auditTrail],
    ];
    return [
      ...texts.map(([place, value]) => [place, withUnescaped(JSON.stringify(value))] as const),
      ['an answer or an error', this.#said.join('\n')],
    ];
  }

  /** Hears what every function answers, and how it fails. */
  #listen(): void {
    const { functions } = this.#bench.sandbox;
    const invoke = functions.invoke.bind(functions);
    functions.invoke = async (name, event) => {
      try {
        const answer = await invoke(name, event);
        this.#said.push(inspect(answer, { depth: 10 }));
        return answer;
      } catch (error) {
        this.#said.push(inspect(error, { depth: 10, showHidden: true }));
        throw error;
      } finally {
        this.#remember();
      }
    };
  }

  #remember(): void {
    const { secrets, sandbox } = this.#bench;
    for (const secret of secrets.names()) {
      for (const { text = '' } of secrets.versions(secret).values()) {
        for (const { name, value } of secretsIn(text)) this.add(`${secret} ${name}`, value);
      }
    }
    const user = sandbox.salesforce.inspect(USERNAME);
    this.add('the password in force', user.password);
    if (user.token !== null) this.add('the token in force', user.token.value);
    const connection = secrets.names().includes(CONNECTION) ? secrets.text(CONNECTION) : '{}';
    const { clientSecret } = JSON.parse(connection.startsWith('{"client') ? connection : '{}') as Record<
      string,
      string
    >;
    if (clientSecret !== undefined) this.add('the client secret', clientSecret);
  }
}

function secretsIn(text: string): readonly Secret[] {
  try {
    const fields = JSON.parse(text) as Record<string, unknown>;
    return ['password', 'securityToken', 'clientSecret'].flatMap((name) => {
      const value = fields[name];
      return typeof value === 'string' && value.length >= WINDOW ? [{ name, value }] : [];
    });
  } catch {
    return [];
  }
}

/** The text, and what it says once its JSON escapes are undone, twice over. */
function withUnescaped(text: string): string {
  const once = text.replaceAll('\\"', '"').replaceAll('\\\\', '\\');
  return [text, once, once.replaceAll('\\"', '"').replaceAll('\\\\', '\\')].join('\n');
}

function spellings(value: string): readonly string[] {
  const windows = Array.from({ length: Math.max(1, value.length - WINDOW + 1) }, (_, at) =>
    value.slice(at, at + WINDOW),
  );
  return [
    ...windows,
    encodeURIComponent(value),
    new URLSearchParams({ v: value }).toString().slice(2),
    xml(value, '&#39;'),
    xml(value, '&apos;'),
    Buffer.from(value).toString('hex'),
    ...[0, 1, 2].map((offset) => base64At(value, offset)),
  ];
}

function xml(value: string, apostrophe: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", apostrophe);
}

/** The characters that stay the same, whatever comes before and after, when the value begins at this offset. */
function base64At(value: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
  return whole.slice(offset === 0 ? 0 : 4);
}
