import { rotate } from '../../lib/core/commit/rotate.ts';
import { type Configuration, checkConfiguration } from '../../lib/core/config/load.ts';
import type { ConfigurationInput } from '../../lib/core/config/schema.ts';
import type { CredentialState } from '../../lib/core/domain/state.ts';
import { SalesforceOutcomeUnknown } from '../../lib/core/errors.ts';
import type { Ports } from '../../lib/core/ports/ports.ts';
import type {
  IntegrationLogin,
  OrgAdministration,
  OrgConnection,
  SetPasswordOutcome,
} from '../../lib/core/ports/salesforce.ts';
import { advance } from '../../lib/core/reconcile/advance.ts';
import type { Redacted } from '../../lib/core/redacted.ts';
import { type WatchReport, watch } from '../../lib/core/watch/watch.ts';
import { FakeOrg, type FakeUser } from './fakes/fake-org.ts';
import { FixedClock } from './fakes/fixed-clock.ts';
import { MemoryLedger } from './fakes/memory-ledger.ts';
import { MemoryNotifier, MemoryQueue, MemoryTelemetry } from './fakes/memory-messaging.ts';
import { MemorySecretStore } from './fakes/memory-secret-store.ts';
import { SeededRandom } from './fakes/seeded-random.ts';

type CredentialInput = ConfigurationInput['credentials'][string];

/** How often the watch looks. */
export const PERIOD_SECONDS = 300;
const START = Date.parse('2026-11-01T12:00:00.000Z');
const POLICIES = ['prompt', 'take-over', 'alert'] as const;
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** An org whose clock may be wrong, and whose answers may be lost. */
export class SkewedOrg extends FakeOrg {
  readonly #ownClock: FixedClock;
  /** The next password that is set is set, and the answer is lost. */
  losesNextAnswer = false;
  /** The next date that is asked for after that is not told. */
  losesNextDate = false;

  constructor(clock: FixedClock) {
    super(clock);
    this.#ownClock = clock;
  }

  /** Somebody else sets a password; the token stays. */
  changeOutside(user: FakeUser, password: string): void {
    user.password = password;
    user.remembered.push(password);
    user.lastPasswordChangeDate = new Date(
      Math.floor(this.#ownClock.now().getTime() / 1_000) * 1_000,
    ).toISOString();
  }

  override async setPassword(
    connection: OrgConnection,
    userId: string,
    password: Redacted,
  ): Promise<SetPasswordOutcome> {
    const outcome = await super.setPassword(connection, userId, password);
    if (!this.losesNextAnswer) return outcome;
    this.losesNextAnswer = false;
    throw new SalesforceOutcomeUnknown('Salesforce gave no definite answer.');
  }

  override async passwordChangeDate(connection: OrgConnection, userId: string): Promise<string | undefined> {
    if (!this.losesNextDate) return super.passwordChangeDate(connection, userId);
    this.losesNextDate = false;
    return undefined;
  }
}

/** Each call goes to the org that the connection or the login is for. */
class OrgsByUrl implements OrgAdministration, IntegrationLogin {
  readonly #orgs: ReadonlyMap<string, FakeOrg>;

  constructor(orgs: ReadonlyMap<string, FakeOrg>) {
    this.#orgs = orgs;
  }

  findUser(...args: Parameters<OrgAdministration['findUser']>) {
    return this.#at(args[0].loginUrl).findUser(...args);
  }

  missingPermission(...args: Parameters<OrgAdministration['missingPermission']>) {
    return this.#at(args[0].loginUrl).missingPermission(...args);
  }

  readUsers(...args: Parameters<OrgAdministration['readUsers']>) {
    return this.#at(args[0].loginUrl).readUsers(...args);
  }

  readLogins(...args: Parameters<OrgAdministration['readLogins']>) {
    return this.#at(args[0].loginUrl).readLogins(...args);
  }

  passwordChangeDate(...args: Parameters<OrgAdministration['passwordChangeDate']>) {
    return this.#at(args[0].loginUrl).passwordChangeDate(...args);
  }

  setPassword(...args: Parameters<OrgAdministration['setPassword']>) {
    return this.#at(args[0].loginUrl).setPassword(...args);
  }

  lastLoginFailure(...args: Parameters<OrgAdministration['lastLoginFailure']>) {
    return this.#at(args[0].loginUrl).lastLoginFailure(...args);
  }

  unlock(...args: Parameters<OrgAdministration['unlock']>) {
    return this.#at(args[0].loginUrl).unlock(...args);
  }

  login(...[request]: Parameters<IntegrationLogin['login']>) {
    return this.#at(request.loginUrl).login(request);
  }

  openSession(...[request]: Parameters<IntegrationLogin['openSession']>) {
    return this.#at(request.loginUrl).openSession(request);
  }

  closeSession(...[session]: Parameters<IntegrationLogin['closeSession']>) {
    return this.#at(session.instanceUrl).closeSession(session);
  }

  #at(loginUrl: string): FakeOrg {
    const org = this.#orgs.get(loginUrl);
    if (org === undefined) throw new Error(`there is no org at ${loginUrl}`);
    return org;
  }
}

interface Member {
  readonly name: string;
  readonly org: SkewedOrg;
  readonly user: FakeUser;
  readonly policy: (typeof POLICIES)[number];
}

/**
 * Credentials in orgs, in memory, each org with a clock of its own. Whatever the
 * watch asks for is done at once, with Secrets Manager's part of it.
 */
export class WatchedFleet {
  readonly clock = new FixedClock(new Date(START).toISOString());
  readonly ledger = new MemoryLedger(this.clock);
  readonly secrets = new MemorySecretStore();
  readonly notifier = new MemoryNotifier();
  readonly queue = new MemoryQueue();
  readonly telemetry = new MemoryTelemetry();
  readonly members: readonly Member[];
  readonly orgs: readonly SkewedOrg[];
  readonly configuration: Configuration;
  readonly ports: Ports;
  readonly #clocks: readonly FixedClock[];

  /**
   * @param skewSeconds How far each org's clock is ahead of ours.
   * @param changes To the configuration of each credential.
   */
  constructor(
    credentials: number,
    orgs: number,
    skewSeconds: (org: number) => number = () => 0,
    changes: Partial<CredentialInput> = {},
  ) {
    this.#clocks = Array.from(
      { length: orgs },
      (_, index) => new FixedClock(new Date(START + skewSeconds(index) * 1_000).toISOString()),
    );
    this.orgs = this.#clocks.map((clock) => new SkewedOrg(clock));
    this.configuration = checkConfiguration(configurationOf(credentials, orgs, changes));
    const byUrl = new OrgsByUrl(new Map(this.orgs.map((org, index) => [urlOf(index), org])));
    this.ports = {
      secrets: this.secrets,
      org: byUrl,
      login: byUrl,
      ledger: this.ledger,
      notifier: this.notifier,
      queue: this.queue,
      clock: this.clock,
      random: new SeededRandom('fleet'),
      telemetry: this.telemetry,
      promptUrl: 'https://prompt.acme.example',
    };
    for (let org = 0; org < orgs; org += 1)
      this.secrets.create(connectionOf(org), '{"clientId":"3MVG9.rotator","clientSecret":"app-secret"}');
    this.members = Array.from({ length: credentials }, (_, index) => this.#add(index));
  }

  #add(index: number): Member {
    const name = nameOf(index);
    const org = this.orgs[index % this.orgs.length] as SkewedOrg;
    const login = {
      username: `${name}@acme.example`,
      password: `old-Passw0rd-${index}`,
      token: 'T'.repeat(24),
    };
    const user = org.addUser(login);
    const { token, ...rest } = login;
    const value = { ...rest, securityToken: token, loginUrl: urlOf(index % this.orgs.length) };
    this.secrets.create(`salesforce/${name}`, JSON.stringify(value), true);
    this.secrets.create(`salesforce/${name}/draft`, '{}');
    return { name, org, user, policy: policyOf(index) };
  }

  state(name: string): CredentialState {
    const state = this.ledger.stored(name);
    if (state === undefined) throw new Error(`the ledger has no state of "${name}"`);
    return state;
  }

  pass(seconds: number): void {
    for (const clock of [this.clock, ...this.#clocks]) clock.advance(seconds);
  }

  /** One run of the watch, and all that it asks for. */
  async look(): Promise<WatchReport> {
    const report = await watch(this.ports, this.configuration);
    await this.settle();
    return report;
  }

  /** Delivers the pokes, and does what Secrets Manager does when a commit is asked for. A lost poke is made up for by the next look. */
  async settle(): Promise<void> {
    for (const { credential } of this.queue.pokes.splice(0)) {
      await advance(this.ports, this.configuration, credential, { kind: 'poke' }).catch(ignoreLostAnswer);
      const { phase, rotation } = this.ledger.stored(credential) ?? {};
      const isAskedFor = phase === 'verified' && rotation?.commitRequestedAt !== undefined;
      if (isAskedFor) await this.#commit(credential);
    }
  }

  async #commit(name: string): Promise<void> {
    const secretId = `salesforce/${name}`;
    const { AWSPENDING: requestToken } = this.secrets.labelsOf(secretId);
    if (requestToken === undefined) throw new Error(`no commit of "${name}" was asked for`);
    for (const step of STEPS)
      await rotate(this.ports, this.configuration, {
        step,
        secretId,
        requestToken,
        rotationToken: undefined,
      });
  }

  /** Credentials that people were told of, once for each time. */
  get toldOfChanges(): readonly string[] {
    return this.notifier.announced
      .filter(({ type }) => type === 'Password Changed Outside')
      .map(({ credential }) => credential);
  }
}

function ignoreLostAnswer(error: unknown): void {
  if (!(error instanceof SalesforceOutcomeUnknown)) throw error;
}

function configurationOf(
  credentials: number,
  orgs: number,
  changes: Partial<CredentialInput>,
): ConfigurationInput {
  return {
    orgs: Object.fromEntries(
      Array.from({ length: orgs }, (_, index) => [
        `org-${index}`,
        {
          loginUrl: urlOf(index),
          connection: { kind: 'client-credentials' as const, secret: connectionOf(index) },
        },
      ]),
    ),
    credentials: Object.fromEntries(
      Array.from({ length: credentials }, (_, index) => [
        nameOf(index),
        {
          org: `org-${index % orgs}`,
          secret: `salesforce/${nameOf(index)}`,
          token: { sources: ['unchanged' as const] },
          onOutsideChange: policyOf(index),
          ...changes,
        },
      ]),
    ),
  };
}

function nameOf(index: number): string {
  return `credential-${String(index).padStart(4, '0')}`;
}

function policyOf(index: number): (typeof POLICIES)[number] {
  return POLICIES[Math.floor(index / 7) % POLICIES.length] as (typeof POLICIES)[number];
}

function urlOf(org: number): string {
  return `https://org-${org}.my.salesforce.com`;
}

function connectionOf(org: number): string {
  return `salesforce/org-${org}/rotator`;
}
