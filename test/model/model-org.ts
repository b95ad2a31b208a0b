import type { LoginOutcome } from '../../lib/core/ports/salesforce.ts';
import { FakeOrg, type FakeUser } from '../support/fakes/fake-org.ts';
import type { FixedClock } from '../support/fakes/fixed-clock.ts';
import type { Login } from './reading.ts';

/** Salesforce's own limit, at which it locks a user. */
const LOCKOUT_THRESHOLD = 10;
/** After so long without a failure Salesforce has forgotten those before. */
const FORGET_SECONDS = 3_600;

interface Failures {
  count: number;
  lastAt: number;
}

/** The org of the model: counts failures as Salesforce does, and keeps what it ever accepted. */
export class ModelOrg extends FakeOrg {
  readonly #clock: FixedClock;
  readonly #accepted = new Set<string>();
  readonly #failures = new Map<string, Failures>();
  #handMade = 0;
  /** The most failures in a row that any user had. */
  mostFailures = 0;

  constructor(clock: FixedClock) {
    super(clock);
    this.#clock = clock;
  }

  user(username: string): FakeUser {
    const user = this.users.find((candidate) => candidate.username === username);
    if (user === undefined) throw new Error(`the org has no user ${username}`);
    return user;
  }

  override addUser(user: Parameters<FakeOrg['addUser']>[0]): FakeUser {
    const added = super.addUser(user);
    this.#accepted.add(loginKey(added.username, added.password + added.token));
    return added;
  }

  override async login(request: Parameters<FakeOrg['login']>[0]): Promise<LoginOutcome> {
    const outcome = await super.login(request);
    const key = request.combinedPassword.open((secret) => loginKey(request.username, secret));
    if (outcome.kind === 'accepted') {
      this.#accepted.add(key);
      this.#failures.delete(request.username);
    } else this.#fail(request.username);
    return outcome;
  }

  /** The user resets the token on the settings page. */
  resetToken(username: string): void {
    const user = this.user(username);
    this.#handMade += 1;
    user.token = `byhand${this.#handMade}`.padEnd(24, 'H');
  }

  /** Whether a login with this password and token was ever accepted. */
  hasAccepted({ username, combinedPassword }: Login): boolean {
    return this.#accepted.has(loginKey(username, combinedPassword));
  }

  /** Whether it would be accepted now; no attempt is counted. */
  wouldAccept({ username, combinedPassword }: Login): boolean {
    const user = this.users.find((candidate) => candidate.username === username);
    return user !== undefined && !user.isLocked && combinedPassword === user.password + user.token;
  }

  #fail(username: string): void {
    const now = this.#clock.now().getTime();
    const before = this.#failures.get(username);
    const forgotten = before === undefined || now - before.lastAt >= FORGET_SECONDS * 1_000;
    const count = (forgotten ? 0 : before.count) + 1;
    this.#failures.set(username, { count, lastAt: now });
    this.mostFailures = Math.max(this.mostFailures, count);
    const user = this.users.find((candidate) => candidate.username === username);
    if (user !== undefined && count >= LOCKOUT_THRESHOLD) user.isLocked = true;
  }
}

function loginKey(username: string, combinedPassword: string): string {
  return `${username}\n${combinedPassword}`;
}
