import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigurationInput } from '../../lib/core/config/schema.ts';
import type { CredentialState } from '../../lib/core/domain/state.ts';
import type { Command } from '../../lib/core/watch/command.ts';
import type { MailDeliveryKind } from '../../lib/sandbox/mail/delivery.ts';
import type { SettingsChange } from '../../lib/sandbox/salesforce/settings.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../lib/sandbox/sandbox.ts';
import type { SecretsManagerEvent } from '../../lib/sandbox/secrets-manager/events.ts';
import { CountingWire } from '../../lib/sandbox/wire.ts';
import { RecordingWire } from './calls/recording-wire.ts';
import { LedgerProbe } from './ledger-probe.ts';
import { SecretsProbe } from './secrets-probe.ts';

// Nobody records traces here, and following every promise for X-Ray costs a fifth of the time.
process.env['AWS_XRAY_MANUAL_MODE'] = '1';

export const START = Date.parse('2026-11-02T08:00:00.400Z');
const CREDENTIAL = 'billing';
export const SECRET = 'salesforce/prod/billing';
export const DRAFT = 'salesforce/prod/billing/draft';
export const CONNECTION = 'salesforce/prod/rotator';
export const USERNAME = 'billing@acme.example';
export const ROTATOR = 'rotator@acme.example';
export const MINUTE = 60;
export const HOUR = 3_600;
export const DAY = 86_400;

/** No step of the clock is longer, so that the watch, which looks every five minutes, is not skipped. */
const LONGEST_STEP_SECONDS = 60;

export interface BenchOptions extends Omit<SandboxOptions, 'time' | 'onSecretsManagerEvent'> {
  /** The org's switches, over those of the scenario. */
  readonly settings?: SettingsChange;
  /** Changes the configuration file before the functions read it. */
  readonly configure?: (file: ConfigurationInput) => void;
}

interface Answer {
  readonly status: {
    readonly phase: CredentialState['phase'];
    readonly message?: string;
    readonly remedy?: string;
  };
  readonly message: string;
}

/**
 * A sandbox whose clock stands still between steps, and short ways to ask the
 * service for something and to look at what it did. Whatever it asks goes
 * through the deployed functions.
 */
export class RotationBench {
  static readonly #open = new Set<RotationBench>();
  readonly #wire: RecordingWire;
  readonly #mailDelivery: MailDeliveryKind;
  readonly sandbox: Sandbox;
  readonly secrets: SecretsProbe;
  readonly ledger: LedgerProbe;
  /** What Secrets Manager told EventBridge by itself. */
  readonly nativeEvents: SecretsManagerEvent[];

  private constructor(
    sandbox: Sandbox,
    nativeEvents: SecretsManagerEvent[],
    wire: RecordingWire,
    mailDelivery: MailDeliveryKind,
  ) {
    this.sandbox = sandbox;
    this.#wire = wire;
    this.#mailDelivery = mailDelivery;
    wire.deploy({ configuration: this.#readConfiguration(), mailDelivery });
    this.nativeEvents = nativeEvents;
    this.secrets = new SecretsProbe(sandbox.secretsManager);
    this.ledger = new LedgerProbe(sandbox.endpoints.dynamodb, sandbox.region, sandbox.ledgerTable);
  }

  /** Starts a sandbox in which nothing is due any more: the deployment's tests have run. */
  static async start(options: BenchOptions = {}): Promise<RotationBench> {
    const nativeEvents: SecretsManagerEvent[] = [];
    const { settings, configure, ...rest } = options;
    const wire = new RecordingWire(options.wire ?? new CountingWire());
    const sandbox = await startSandbox({
      ...rest,
      wire,
      time: () => START,
      onSecretsManagerEvent: (event) => nativeEvents.push(event),
    });
    const bench = new RotationBench(sandbox, nativeEvents, wire, options.mailDelivery ?? 'message');
    RotationBench.#open.add(bench);
    if (settings !== undefined) sandbox.salesforce.updateSettings(settings);
    if (configure !== undefined) bench.configure(configure);
    await sandbox.pump.settle();
    return bench;
  }

  /** What a test that failed left open would keep the test run alive. */
  static async closeAll(): Promise<void> {
    for (const bench of RotationBench.#open) await bench.close();
  }

  async close(): Promise<void> {
    RotationBench.#open.delete(this);
    this.ledger.close();
    await this.sandbox.close();
  }

  /** Deploys another configuration: the functions start anew with it. */
  configure(change: (file: ConfigurationInput) => void): void {
    const file = this.#readConfiguration();
    change(file);
    writeFileSync(this.#configurationPath, JSON.stringify(file));
    this.#wire.deploy({ configuration: file, mailDelivery: this.#mailDelivery });
    this.sandbox.functions.restart();
  }

  get #configurationPath(): string {
    return join(this.sandbox.dataDirectory, 'rotation.config.json');
  }

  #readConfiguration(): ConfigurationInput {
    return JSON.parse(readFileSync(this.#configurationPath, 'utf8')) as ConfigurationInput;
  }

  get integrations(): readonly string[] {
    const credential = this.sandbox.configuration.credentials.get(CREDENTIAL);
    return (credential?.integrations ?? []).map(({ secret }) => secret);
  }

  /** Deploys another configuration of the one credential. */
  configureCredential(change: (credential: ConfigurationInput['credentials'][string]) => void): void {
    this.configure((file) => {
      for (const credential of Object.values(file.credentials)) change(credential);
    });
  }

  /** What a refusal must leave alone: every secret's versions, the user's password and its date, and logins as the user. */
  fingerprint(): unknown {
    const { salesforce } = this.sandbox;
    const { id, password, token, lastPasswordChangeDate } = salesforce.inspect(USERNAME);
    return {
      versions: this.secrets.names().map((name) => [name, [...this.secrets.versions(name)]]),
      user: { password, token, lastPasswordChangeDate },
      logins: salesforce.view.loginHistory.filter(({ userId }) => userId === id).length,
    };
  }

  /** Names of the rotation events that Secrets Manager told by itself. */
  nativeEventNames(): readonly string[] {
    return this.nativeEvents.flatMap(({ detail }) => ('eventName' in detail ? [detail.eventName] : []));
  }

  /** Asks the watch function as an operator does. */
  async ask(action: Command['action'], by = 'tester'): Promise<Answer> {
    return (await this.sandbox.functions.invoke('watch', { action, credential: CREDENTIAL, by })) as Answer;
  }

  async phase(): Promise<CredentialState['phase']> {
    return (await this.ledger.state())?.phase ?? 'idle';
  }

  /** As `state`, before the ledger has one. */
  async stateOrNothing(): Promise<Partial<CredentialState>> {
    return (await this.ledger.state()) ?? { phase: 'idle' };
  }

  async state(): Promise<CredentialState> {
    const state = await this.ledger.state();
    if (state === undefined) throw new Error('the ledger has no state');
    return state;
  }

  /** Requests a rotation and lets everything happen that happens without any time passing. */
  async request(): Promise<void> {
    await this.ask('rotate-now');
    await this.sandbox.pump.settle();
  }

  /** What happened, oldest first. */
  async historyTypes(): Promise<readonly string[]> {
    return (await this.ledger.history()).map(({ type }) => type);
  }

  /** A whole rotation that nothing disturbs. */
  async rotate(): Promise<void> {
    await this.request();
    await this.untilIdle();
  }

  /** The user resets the own token on the settings page, and its mail comes. */
  async newToken(): Promise<void> {
    this.sandbox.salesforce.resetToken(USERNAME);
    await this.pass(5);
  }

  /** Hands a mail that the org has still to send to the mail function, as if the mail system took no time at all. */
  takePendingMail(): Promise<unknown> {
    const { salesforce, clock, functions, mailDelivery } = this.sandbox;
    const mail = salesforce.view.pendingMails.at(-1);
    if (mail === undefined) throw new Error('the org has no mail to send');
    const receivedAt = clock.now().toISOString();
    return functions.invoke(
      'mail',
      mailDelivery.eventFor({ ...mail, id: 'early', to: [mail.to], receivedAt, authentic: true, tries: 0 }),
    );
  }

  /** Says that the remedy was applied, and lets the rotation end. */
  async resumeUntilIdle(): Promise<void> {
    await this.ask('resume');
    await this.untilIdle();
  }

  /** Lets time pass, stopping at each moment at which something is due. */
  async pass(seconds: number): Promise<void> {
    const { clock, pump } = this.sandbox;
    const end = clock.now().getTime() + seconds * 1_000;
    await pump.settle();
    while (clock.now().getTime() < end) {
      const now = clock.now().getTime();
      clock.advance(Math.min(end, this.#nextMoment(now)) - now);
      await pump.settle();
    }
  }

  /** Lets time pass at once, as if everything had been switched off meanwhile. */
  async jump(seconds: number): Promise<void> {
    this.sandbox.clock.advance(seconds * 1_000);
    await this.sandbox.pump.settle();
  }

  /** Lets time pass until no rotation is under way or wanted; fails when that does not come. */
  async untilIdle(limitSeconds = 2 * HOUR): Promise<void> {
    await this.until((state) => state.phase === 'idle' && state.request === undefined, limitSeconds);
  }

  async untilPhase(phase: CredentialState['phase'], limitSeconds = HOUR): Promise<void> {
    await this.until((state) => state.phase === phase, limitSeconds);
  }

  async until(reached: (state: CredentialState) => boolean, limitSeconds: number): Promise<void> {
    const { clock, pump } = this.sandbox;
    const end = clock.now().getTime() + limitSeconds * 1_000;
    await pump.settle();
    for (let state = await this.ledger.state(); ; state = await this.ledger.state()) {
      if (state !== undefined && reached(state)) return;
      const now = clock.now().getTime();
      if (now >= end) {
        throw new Error(
          `not reached in ${limitSeconds} s; phase "${state?.phase}", ${state?.blocked?.refusal.code ?? 'not blocked'}`,
        );
      }
      clock.advance(Math.min(end, this.#nextMoment(now)) - now);
      await pump.settle();
    }
  }

  /** The next moment at which something is due, and a minute from now at the latest. */
  #nextMoment(now: number): number {
    const { messages, mailbox, salesforce, secretsManager } = this.sandbox;
    const moments = [
      messages.nextDueAt(),
      mailbox.nextDueAt(),
      salesforce.nextMailDueAt()?.getTime(),
      secretsManager.nextRotationDueAt()?.getTime(),
    ].filter((moment) => moment !== undefined && moment > now);
    return Math.min(now + LONGEST_STEP_SECONDS * 1_000, ...(moments as number[]));
  }
}
