import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { type RunningServer, serve } from '../../../lib/sandbox/http.ts';
import { type Journal, memoryJournal } from '../../../lib/sandbox/journal.ts';
import { Roles, type RolesState } from '../../../lib/sandbox/sts/roles.ts';
import { stsStandIn } from '../../../lib/sandbox/sts/stand-in.ts';
import { CountingWire } from '../../../lib/sandbox/wire.ts';
import { Harness } from './harness.ts';

const OWN_KEY = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
export const HOME = { accountId: '111122223333', region: 'eu-central-1' };
export const OTHER = { accountId: '444455556666', region: 'eu-central-1' };
export const ROLE = `arn:aws:iam::${OTHER.accountId}:role/teams/crm/rotation`;

/** The stand-ins of Secrets Manager and STS, with unmodified clients for any Region and role. */
export class Places {
  readonly wire = new CountingWire();
  readonly rolesJournal: Journal<RolesState> = memoryJournal();
  readonly roles = new Roles(this.rolesJournal);
  readonly harness: Harness;
  #sts: RunningServer | undefined;
  readonly #clients: SecretsManagerClient[] = [];

  private constructor(harness: Harness) {
    this.harness = harness;
  }

  static async start(options: Parameters<typeof Harness.start>[0] = {}): Promise<Places> {
    const places = new Places(await Harness.start(options));
    places.#sts = await serve(stsStandIn(places.roles), places.wire);
    return places;
  }

  get stsUrl(): string {
    return this.#sts?.url ?? '';
  }

  /** A client of the own account, or of the role's, that sends its requests to a Region. */
  client(region: string, roleArn?: string): SecretsManagerClient {
    const client = new SecretsManagerClient({
      endpoint: this.harness.url,
      region,
      maxAttempts: 1,
      credentials: roleArn === undefined ? OWN_KEY : this.credentials(roleArn),
    });
    this.#clients.push(client);
    return client;
  }

  credentials(RoleArn: string, params: { DurationSeconds?: number; RoleSessionName?: string } = {}) {
    return fromTemporaryCredentials({
      params: { RoleArn, ...params },
      masterCredentials: OWN_KEY,
      clientConfig: { endpoint: this.stsUrl, region: HOME.region, maxAttempts: 1 },
    });
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.#sts?.close();
    await this.harness.stop();
  }
}
