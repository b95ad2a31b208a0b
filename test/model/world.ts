import { rotate } from '../../lib/core/commit/rotate.ts';
import type { CredentialState } from '../../lib/core/domain/state.ts';
import { SalesforceOutcomeUnknown } from '../../lib/core/errors.ts';
import type { Ledger } from '../../lib/core/ports/ledger.ts';
import type { Ports } from '../../lib/core/ports/ports.ts';
import { advance } from '../../lib/core/reconcile/advance.ts';
import type { Trigger } from '../../lib/core/reconcile/facts.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import { command } from '../../lib/core/watch/command.ts';
import { watch } from '../../lib/core/watch/watch.ts';
import type { RotationEvent } from '../../lib/sandbox/secrets-manager/rotation.ts';
import { FixedClock } from '../support/fakes/fixed-clock.ts';
import { SeededRandom } from '../support/fakes/seeded-random.ts';
import { Containers } from './containers.ts';
import { ModelLedger } from './model-ledger.ts';
import { ModelOrg } from './model-org.ts';
import { ModelSecrets } from './model-secrets.ts';
import { nobodyDidAnything, type People } from './people.ts';
import { CREDENTIAL, PASSWORD, type Scene, TOKEN } from './scene.ts';
import { type Running, Scheduler } from './scheduler.ts';
import { type Fate, Worker } from './worker.ts';

/** What a run came by, to see that the runs are worth something. */
export interface Statistics {
  calls: number;
  crashes: number;
  /** Calls of workers whose rotation others had completed. */
  staleCalls: number;
  completed: number;
  readonly blocked: string[];
}

/**
 * Everything that the service meets, in memory, and the service's functions as
 * workers whose every call waits for the scheduler. Nothing happens by itself
 * but that Secrets Manager starts what is due.
 */
export class World {
  readonly clock = new FixedClock();
  readonly ledger = new ModelLedger();
  readonly people: People = nobodyDidAnything();
  readonly statistics: Statistics = { calls: 0, crashes: 0, staleCalls: 0, completed: 0, blocked: [] };
  readonly scene: Scene;
  readonly org: ModelOrg;
  readonly secrets: ModelSecrets;
  readonly scheduler: Scheduler;
  readonly containers: Containers;
  readonly #random = new SeededRandom('model');
  /** When the messages of the queue are due, in epoch milliseconds. */
  readonly #pokes: number[] = [];
  #lastToComplete: Worker | undefined;
  #serial = 0;
  #changesSeen = 0;
  #passwordsSet = 0;
  /** Login attempts that were reserved in the ledger, ever. */
  reservations = 0;
  /** The current version of the credential secret when the invariants were last looked at. */
  currentSeen: string | undefined;
  /** How many attempts counted as spent when the credential was last blocked. */
  spentWhenBlocked = 0;
  /** Called after each call that changed a secret or a password. */
  afterChange: () => void = () => undefined;

  constructor(scene: Scene, onSet: 'keep-token' | 'reset-token') {
    this.scene = scene;
    this.org = new ModelOrg(this.clock);
    this.org.onSet = onSet;
    for (const [index, username] of scene.usernames.entries())
      this.org.addUser({ username, password: `${PASSWORD}${index}`, token: `${TOKEN}${index}` });
    this.secrets = new ModelSecrets(this.clock, scene.secrets, (_function, event) => this.#invoke(event));
    this.containers = new Containers(this.secrets);
    this.scheduler = new Scheduler({
      startDue: () => this.#startDueRotation(),
      deliver: () => this.#deliverPoke(),
      before: (running, fate) => this.#count(running, fate),
      after: () => this.#lookForChanges(),
    });
  }

  /** What the ledger holds. */
  get state(): CredentialState | undefined {
    return this.ledger.state;
  }

  advance(trigger: Trigger, token?: string): void {
    const offered = token === undefined ? undefined : { token: Redacted.of(token) };
    this.#start('advance', trigger.kind, (ports) =>
      advance(ports, this.scene.configuration, CREDENTIAL, trigger, offered),
    );
  }

  command(action: 'rotate-now' | 'resume' | 'rollback'): void {
    this.#start('command', action, (ports) =>
      command(ports, this.scene.configuration, { action, credential: CREDENTIAL, by: 'ann' }),
    );
  }

  submitToken(token: string): void {
    const asked = { action: 'submit-token', credential: CREDENTIAL, by: 'ann' } as const;
    this.#start('command', 'submit-token', (ports) =>
      command(ports, this.scene.configuration, { ...asked, pasted: Redacted.of(token) }),
    );
  }

  watch(): void {
    this.#start('watch', 'scheduled', (ports) => watch(ports, this.scene.configuration));
  }

  async pass(seconds: number): Promise<void> {
    this.clock.advance(seconds);
    await this.scheduler.settle();
  }

  #startDueRotation(): boolean {
    if (!this.secrets.rotationIsDue()) return false;
    void this.secrets.engine.runDueRotations();
    return true;
  }

  #deliverPoke(): boolean {
    const now = this.clock.now().getTime();
    const index = this.#pokes.findIndex((at) => at <= now);
    if (index < 0) return false;
    this.#pokes.splice(index, 1);
    this.advance({ kind: 'poke' });
    return true;
  }

  #poke(afterSeconds: number): void {
    this.#pokes.push(this.clock.now().getTime() + afterSeconds * 1_000);
  }

  #count({ worker, bornAfter }: Running, fate: Fate): void {
    this.statistics.calls += 1;
    if (fate === 'dies-after' || fate === 'dies-before') this.statistics.crashes += 1;
    if (bornAfter < this.statistics.completed && worker !== this.#lastToComplete)
      this.statistics.staleCalls += 1;
  }

  #lookForChanges(): void {
    const changes = this.secrets.saves + this.#passwordsSet;
    if (changes === this.#changesSeen) return;
    this.#changesSeen = changes;
    this.afterChange();
  }

  /** `over` hears how it ended, or that its caller has given it up. */
  #start(
    functionName: string,
    title: string,
    run: (ports: Ports) => Promise<unknown>,
    over?: (error: unknown) => void,
  ): void {
    this.#serial += 1;
    const name = `${functionName}(${title})#${this.#serial}`;
    const worker = new Worker(name, (error) => {
      this.scheduler.remove(worker);
      over?.(error);
    });
    this.scheduler.add({
      worker,
      giveUp: () => (over === undefined ? this.#poke(0) : over(new Error(`${name} timed out`))),
      bornAfter: this.statistics.completed,
      held: false,
    });
    const ports = this.#ports(functionName, worker);
    worker.start(() => run(ports));
  }

  #invoke(event: RotationEvent): Promise<void> {
    const rotation = {
      step: event.Step,
      secretId: event.SecretId,
      requestToken: event.ClientRequestToken,
      rotationToken: event.RotationToken,
    };
    return new Promise((resolve, reject) => {
      this.#start(
        'rotate',
        event.Step,
        (ports) => rotate(ports, this.scene.configuration, rotation),
        (error) => (error === undefined ? resolve() : reject(error)),
      );
    });
  }

  #ports(functionName: string, worker: Worker): Ports {
    const fault = () => new SalesforceOutcomeUnknown('Salesforce gave no definite answer.');
    const salesforce = <T>(name: string, perform: () => Promise<T>): Promise<T> =>
      worker.call({ name, perform, fault, repeatable: false });
    return {
      secrets: this.containers.storeFor(functionName, worker),
      org: {
        findUser: (...args) => salesforce('findUser', () => this.org.findUser(...args)),
        readUsers: (...args) => salesforce('readUsers', () => this.org.readUsers(...args)),
        readLogins: (...args) => salesforce('readLogins', () => this.org.readLogins(...args)),
        passwordChangeDate: (...args) =>
          salesforce('passwordChangeDate', () => this.org.passwordChangeDate(...args)).catch(() => undefined),
        setPassword: (...args) =>
          salesforce('setPassword', () => {
            this.#passwordsSet += 1;
            return this.org.setPassword(...args);
          }),
        missingPermission: (...args) =>
          salesforce('missingPermission', () => this.org.missingPermission(...args)).catch(() => undefined),
        lastLoginFailure: (...args) =>
          salesforce('lastLoginFailure', () => this.org.lastLoginFailure(...args)).catch(() => 'unknown'),
        unlock: (...args) => salesforce('unlock', () => this.org.unlock(...args)),
      },
      login: {
        login: (request) => salesforce('login', () => this.org.login(request)),
        openSession: (request) => salesforce('login', () => this.org.openSession(request)),
        closeSession: (session) => this.org.closeSession(session),
      },
      ledger: this.#ledgerOf(worker),
      notifier: { announce: async () => undefined },
      queue: { poke: async (_credential, afterSeconds = 0) => this.#poke(afterSeconds) },
      clock: this.clock,
      random: this.#random,
      telemetry: {
        event: () => undefined,
        warn: () => undefined,
        figures: () => undefined,
        mail: () => undefined,
        edit: () => undefined,
      },
      promptUrl: 'https://prompt.acme.example',
    };
  }

  #ledgerOf(worker: Worker): Ledger {
    const fault = () =>
      Object.assign(new Error('DynamoDB is busy'), { name: 'ProvisionedThroughputExceededException' });
    return {
      load: () => worker.call({ name: 'load', perform: () => this.ledger.load(), fault, repeatable: true }),
      save: (state) =>
        worker.call({
          name: `save(${state.phase})`,
          perform: () => this.#save(state, worker),
          fault,
          repeatable: true,
        }),
      record: (event) => this.ledger.record(event),
      history: (name, limit) => this.ledger.history(name, limit),
      saveLink: (link) => this.ledger.saveLink(link),
      findLink: (hash) => this.ledger.findLink(hash),
      countIn: () => this.ledger.countIn(),
    };
  }

  async #save(state: CredentialState, worker: Worker): ReturnType<Ledger['save']> {
    const before = this.state;
    const answer = await this.ledger.save(state);
    if (answer.kind === 'overtaken') return answer;
    if (reservationsIn(state) > reservationsIn(before)) this.reservations += 1;
    if (state.last?.id !== before?.last?.id) {
      this.statistics.completed += 1;
      this.#lastToComplete = worker;
    }
    if (state.phase === 'blocked' && before?.phase !== 'blocked') {
      this.statistics.blocked.push(state.blocked?.refusal.code ?? 'none');
      this.spentWhenBlocked = Math.max(0, ...Object.values(state.budgets).map(({ spent }) => spent));
    }
    return answer;
  }
}

function reservationsIn(state: CredentialState | undefined): number {
  return Object.values(state?.budgets ?? {}).reduce((sum, { made = 0 }) => sum + made, 0);
}
