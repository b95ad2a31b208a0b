import type { ReadableLogin } from '../../lib/core/formats/format.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import { type Consumer, consumersOf } from '../../lib/sandbox/consumers.ts';
import type { Sandbox } from '../../lib/sandbox/sandbox.ts';
import { CountingWire, type Verdict, type WireCall } from '../../lib/sandbox/wire.ts';
import { PROBE } from './ledger-probe.ts';

/** One read of one secret and the login with it, right after a call that a service has answered. */
export interface Sighting {
  readonly consumer: string;
  readonly versionId: string;
  readonly accepted: boolean;
  /** The call before it, as `password.post`. */
  readonly after: string;
}

/**
 * A wire on which every integration reads its secret and logs in after every
 * call, before the caller has the answer. It asks the stand-ins directly, so that
 * nothing else can happen in between.
 */
export class ReadingWire extends CountingWire {
  readonly sightings: Sighting[] = [];
  #sandbox: Pick<Sandbox, 'secretsManager' | 'salesforce'> | undefined;
  #consumers: readonly Consumer[] = [];

  /** Begins to read. */
  attach(sandbox: Sandbox): void {
    this.#sandbox = sandbox;
    const credentials = [...sandbox.configuration.credentials.values()];
    this.#consumers = credentials.flatMap(({ integrations }) => consumersOf(integrations));
  }

  get refused(): readonly Sighting[] {
    return this.sightings.filter(({ accepted }) => !accepted);
  }

  /** What one integration saw from its first read to its last, each change once. */
  storyOf(consumer: string): readonly Omit<Sighting, 'consumer'>[] {
    const own = this.sightings.filter((sighting) => sighting.consumer === consumer);
    return own
      .filter((each, index) => {
        const previous = own[index - 1];
        return previous?.versionId !== each.versionId || previous.accepted !== each.accepted;
      })
      .map(({ consumer: _own, ...rest }) => rest);
  }

  override after(call: WireCall): Verdict {
    if (call.caller !== PROBE) for (const consumer of this.#consumers) this.#sight(consumer, call.operation);
    return super.after(call);
  }

  #sight(consumer: Consumer, after: string): void {
    if (this.#sandbox === undefined) return;
    const { secretsManager, salesforce } = this.#sandbox;
    const { VersionId: versionId = '', SecretString: text = '' } = secretsManager.getSecretValue({
      SecretId: consumer.secret,
    });
    const reading = consumer.read(Redacted.of(text));
    const accepted = reading.kind === 'login' && isAccepted(salesforce, reading.login);
    this.sightings.push({ consumer: consumer.name, versionId, accepted, after });
  }
}

function isAccepted(
  salesforce: Sandbox['salesforce'],
  { username, combinedPassword }: ReadableLogin,
): boolean {
  const attempt = {
    username,
    secret: combinedPassword.reveal(),
    address: '127.0.0.1',
    application: 'integration',
    loginType: 'Other Apex API',
    apiType: 'SOAP Partner',
    apiVersion: '64.0',
  };
  const verdict = salesforce.login('soap', attempt);
  if (verdict.kind === 'accepted') salesforce.logout(verdict.session.id);
  return verdict.kind === 'accepted';
}
