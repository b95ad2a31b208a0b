import type { CredentialState, Phase } from '../../lib/core/domain/state.ts';
import { advance } from '../../lib/core/reconcile/advance.ts';
import type { Brought, Trigger } from '../../lib/core/reconcile/facts.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import { noticeEdit } from '../../lib/core/watch/edited.ts';
import { rotateNow } from '../../lib/core/watch/watch.ts';
import type { FakeUser } from './fakes/fake-org.ts';
import { toldPeople } from './told-people.ts';
import { PERIOD_SECONDS, type SkewedOrg, WatchedFleet } from './watched-fleet.ts';

export const STRATEGIES = ['single-user', 'alternating-users'] as const;
export const POLICIES = ['prompt', 'take-over', 'alert'] as const;
export type Strategy = (typeof STRATEGIES)[number];
export type Policy = (typeof POLICIES)[number];

/** What was begun to mend it, by what the ledger and the history say. */
export type Repair =
  | 'none'
  | 'asks for password and token'
  | 'asks for the token'
  | 'sets another password'
  | 'swaps to the other user'
  | 'brings integrations forward';

/** All that one look came to, or what followed a remedy. */
export interface Outcome {
  readonly phase: Phase;
  /** The code of the refusal. */
  readonly refusal?: string;
  /** What reached people, in its order: how urgent, and the event. */
  readonly told: readonly string[];
  readonly repair: Repair;
  /** What the integration's secret carries at the end. */
  readonly integrations: 'old' | 'new';
  /** Login attempts that the org has counted, of the look and of the rotation that it began. */
  readonly logins: { readonly look: number; readonly rotation: number };
}

const NAME = 'credential-0000';
const SECRET = `salesforce/${NAME}`;
const INTEGRATION = 'etl/salesforce';
const APP = 'apps/billing';
const LIVE = `${NAME}@acme.example`;
const OTHER = 'other-user@acme.example';
const MINUTE = 60;
export const HOUR = 3_600;
export const DAY = 86_400;

/** One credential of a fleet, its org, and short ways to make trouble and to mend it. */
export class CauseScene {
  readonly fleet: WatchedFleet;
  readonly org: SkewedOrg;
  readonly user: FakeUser;
  readonly other: FakeUser;
  readonly strategy: Strategy;
  readonly #logins: ('look' | 'rotation')[] = [];
  #mark = { announced: 0, logins: 0, orgLogins: 0, reserved: 0, at: '', login: '' };

  constructor(strategy: Strategy, policy: Policy, login: 'soap' | 'oauth-password') {
    this.strategy = strategy;
    this.fleet = new WatchedFleet(1, 1, undefined, {
      onOutsideChange: policy,
      // Reminders are for other tests.
      token: { sources: ['unchanged', 'operator'], remindAfter: [] },
      integrations: [{ secret: INTEGRATION, format: 'json' }],
      login: login === 'soap' ? { kind: 'soap' } : { kind: login, secret: APP },
      ...(strategy === 'single-user'
        ? { schedule: { every: '90 days' } }
        : {
            schedule: { every: '90 days', prepareAhead: '3 days' },
            strategy: { kind: strategy, usernames: [LIVE, OTHER] },
          }),
    });
    const [member] = this.fleet.members;
    if (member === undefined) throw new Error('the fleet has no credential');
    this.org = member.org;
    this.user = member.user;
    this.other = this.org.addUser({ username: OTHER, password: 'idle-Passw0rd', token: 'I'.repeat(24) });
    // As an org does by default.
    this.org.onSet = 'reset-token';
    this.fleet.secrets.create(INTEGRATION, this.text());
    this.fleet.secrets.create(APP, '{"clientId":"3MVG9.rotator","clientSecret":"app-secret"}');
    this.org.before = async () => {
      this.#logins.push(this.#isOfRotation() ? 'rotation' : 'look');
    };
  }

  /** A credential that is known to be good since a minute ago. */
  async settle(): Promise<void> {
    await this.fleet.look();
    await this.later(DAY);
    this.fleet.pass(MINUTE);
  }

  async later(seconds = PERIOD_SECONDS): Promise<void> {
    this.fleet.pass(seconds);
    await this.fleet.look();
  }

  /** From here on it counts. */
  begin(): void {
    this.fleet.pass(1);
    this.#mark = {
      announced: this.fleet.notifier.announced.length,
      logins: this.#logins.length,
      orgLogins: this.org.logins,
      reserved: this.#reserved(),
      at: this.fleet.clock.now().toISOString(),
      login: this.#loginOfIntegration(),
    };
  }

  async outcome(): Promise<Outcome> {
    const { phase, blocked } = this.state;
    const since = this.#logins.slice(this.#mark.logins);
    if (since.length !== this.org.logins - this.#mark.orgLogins)
      throw new Error('the org has counted other logins than were seen');
    if (since.length !== this.#reserved() - this.#mark.reserved)
      throw new Error('the ledger has counted other logins than the org');
    return {
      phase,
      ...(blocked === undefined ? {} : { refusal: blocked.refusal.code }),
      told: (await this.#told()).map(({ urgency, type }) => `${urgency}: ${type}`),
      repair: this.#repair(),
      integrations: this.#loginOfIntegration() === this.#mark.login ? 'old' : 'new',
      logins: {
        look: since.filter((whose) => whose === 'look').length,
        rotation: since.filter((whose) => whose === 'rotation').length,
      },
    };
  }

  /** What asked for an action and did not say which. */
  async withoutRemedy(): Promise<readonly string[]> {
    const told = await this.#told();
    return told.flatMap(({ type, urgency, steps }) =>
      urgency !== 'info' && steps.every((step) => step.trim() === '') ? [type] : [],
    );
  }

  /** Events that people were told and that the history does not have. */
  async missingInHistory(): Promise<readonly string[]> {
    const history = await this.fleet.ledger.history(NAME, 1_000);
    const known = new Set(history.map(({ id, at }) => `${at} ${id}`));
    return this.fleet.notifier.announced.flatMap(({ id, at, type }) =>
      known.has(`${at} ${id}`) ? [] : [type],
    );
  }

  get state(): CredentialState {
    return this.fleet.state(NAME);
  }

  /** Whom the integrations log in as. */
  get liveUsername(): string {
    return this.state.user?.username ?? LIVE;
  }

  /** The user of the rotation that is under way. */
  get rotated(): FakeUser {
    return this.state.rotation?.username === OTHER ? this.other : this.user;
  }

  async rotate(): Promise<void> {
    await rotateNow(this.fleet.ports, this.fleet.configuration, NAME, 'ann');
    await this.fleet.settle();
  }

  /** A whole rotation, with all that people have to do in it. */
  async rotateToTheEnd(): Promise<void> {
    await this.rotate();
    if (this.state.phase === 'invited') await this.ask({ kind: 'start', by: 'ann' });
    if (this.state.phase === 'awaiting-token') await this.bringToken();
  }

  async bringToken(): Promise<void> {
    const token = Redacted.of(this.rotated.token);
    await this.ask({ kind: 'token', source: 'operator', by: 'ann' }, { token });
  }

  async bringCredential(): Promise<void> {
    const { password, token } = this.user;
    const brought = { token: Redacted.of(token), password: Redacted.of(password) };
    await this.ask({ kind: 'credential', by: 'ann' }, brought);
  }

  async ask(trigger: Trigger, brought?: Brought): Promise<void> {
    await advance(this.fleet.ports, this.fleet.configuration, NAME, trigger, brought);
    await this.fleet.ports.queue.poke(NAME);
    await this.fleet.settle();
  }

  /** Somebody sets a password in Salesforce, which resets the token. */
  changePassword(): void {
    this.fleet.pass(MINUTE);
    this.org.changeOutside(this.user, 'outside-Passw0rd!');
    this.resetToken();
  }

  resetToken(): void {
    this.user.token = 'ResetTokenResetTokenRese';
  }

  /** What the credential secret holds of the live user. */
  text(changes: { readonly password?: string } = {}): string {
    const { username, password, token: securityToken } = this.user;
    const loginUrl = 'https://org-0.my.salesforce.com';
    return JSON.stringify({ username, password, securityToken, loginUrl, ...changes });
  }

  /** A person writes the credential secret, and Secrets Manager tells of it. */
  async edit(text: string): Promise<void> {
    const versionId = this.fleet.secrets.edit(SECRET, text);
    const moved = { secret: SECRET, arn: undefined, label: 'AWSCURRENT', versionId };
    await noticeEdit(this.fleet.ports, this.fleet.configuration, moved);
    await this.fleet.settle();
  }

  breakApp(): void {
    this.fleet.secrets.edit(APP, 'no JSON');
  }

  mendApp(): void {
    this.fleet.secrets.edit(APP, '{"clientId":"3MVG9.rotator","clientSecret":"app-secret"}');
  }

  breakConnection(): void {
    this.fleet.secrets.edit(
      'salesforce/org-0/rotator',
      '{"clientId":"3MVG9.rotator","clientSecret":"wrong"}',
    );
  }

  mendConnection(): void {
    this.fleet.secrets.edit(
      'salesforce/org-0/rotator',
      '{"clientId":"3MVG9.rotator","clientSecret":"app-secret"}',
    );
  }

  #loginOfIntegration(): string {
    const { username, password, securityToken } = JSON.parse(
      this.fleet.secrets.text(INTEGRATION) ?? '{}',
    ) as Record<string, string>;
    return [username, password, securityToken].join(' ');
  }

  #told() {
    return toldPeople(this.fleet.notifier, this.fleet.configuration, this.#mark.announced);
  }

  /** How many login attempts were ever reserved. */
  #reserved(): number {
    const made = Object.values(this.state.budgets).map((budget) => budget.made ?? 0);
    return made.reduce((sum, count) => sum + count, 0);
  }

  /** By which reservation of the ledger the login is made. */
  #isOfRotation(): boolean {
    const { budgets, phase } = this.state;
    const inFlight = Object.values(budgets).find((budget) => budget.inFlight !== undefined)?.inFlight;
    if (inFlight === undefined) throw new Error('a login was made without a reservation');
    return inFlight.source !== 'test' || phase === 'verified' || phase === 'committing';
  }

  #repair(): Repair {
    const { rotation, last } = this.state;
    const { at, announced } = this.#mark;
    const since = this.fleet.notifier.announced.slice(announced);
    const begun = rotation !== undefined && rotation.startedAt >= at ? rotation : undefined;
    const completed = last !== undefined && last.completedAt >= at ? last : undefined;
    const repair = begun ?? completed;
    if (repair === undefined)
      return since.some(({ type }) => type === 'Drift Mended') ? 'brings integrations forward' : 'none';
    if (repair.cause === 'outside-change') return 'asks for password and token';
    if (repair.cause === 'token-reset') return 'asks for the token';
    return repair.username === OTHER ? 'swaps to the other user' : 'sets another password';
  }
}
