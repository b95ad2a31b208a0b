import type { WireCall } from '../../lib/sandbox/wire.ts';
import type { CuttingWire } from '../support/cutting-wire.ts';
import { type RotationBench, SECRET } from '../support/rotation-bench.ts';
import type { Login } from '../support/secrets-probe.ts';
import type { Finding } from './finding.ts';
import { FORMS, loginIn } from './integration-forms.ts';
import type { CrashScenario } from './scenarios.ts';
import { type World, worldOf } from './world.ts';

/** After these another secret may be current, or another password in force. */
const CHANGES: ReadonlySet<string> = new Set([
  'PutSecretValue',
  'UpdateSecretVersionStage',
  'RotateSecret',
  'password.post',
  'password.delete',
  'setPassword',
  'changeOwnPassword',
]);

/**
 * Looks at the secrets and at the org after each change that the functions make,
 * in that very moment: what must hold always must hold between any two calls.
 */
export class Moments {
  readonly #bench: RotationBench;
  readonly #scenario: CrashScenario;
  /** Every login that the org has accepted. */
  readonly #accepted = new Set<string>();
  readonly #found = new Map<string, Finding>();
  /** What was current when the rotation began. */
  #old: Login;
  #start: World;

  constructor(bench: RotationBench, scenario: CrashScenario, wire: CuttingWire) {
    this.#bench = bench;
    this.#scenario = scenario;
    this.#old = bench.secrets.login(SECRET);
    this.#start = this.begin();
    wire.onCarriedOut = (call) => this.#look(call);
  }

  /** A rotation begins; what there is before it. */
  begin(): World {
    this.#found.clear();
    this.#old = this.#bench.secrets.login(SECRET);
    this.#accepted.add(key(this.#old));
    this.#start = worldOf(this.#bench, this.#scenario);
    return this.#start;
  }

  /** What was seen since `begin`, each violation once. */
  get findings(): readonly Finding[] {
    return [...this.#found.values()];
  }

  #look(call: WireCall): void {
    if (call.operation === 'login') this.#noteLogin();
    if (!CHANGES.has(call.operation)) return;
    try {
      this.#lookForLoss(call);
      this.#lookForSplit();
      this.#lookForUnverified();
    } catch (error) {
      this.#report('other', `after ${call.operation} the secrets could not be read: ${String(error)}`);
    }
  }

  #noteLogin(): void {
    const { salesforce } = this.#bench.sandbox;
    const { loginUrl } = this.#old;
    const row = salesforce.view.loginHistory.at(-1);
    for (const username of this.#scenario.usernames) {
      const { id, password, token } = salesforce.inspect(username);
      if (row?.userId !== id || row.status !== 'Success') continue;
      this.#accepted.add(key({ username, password, securityToken: token?.value ?? '', loginUrl }));
    }
  }

  #lookForLoss({ operation }: WireCall): void {
    for (const username of passwordsWithoutSafePlace(this.#bench, this.#scenario, this.#start)) {
      this.#report('lost', `after ${operation} no safe place had the password of ${username}`);
    }
  }

  /** The credential secret becomes current last of all. */
  #lookForSplit(): void {
    const current = this.#current(SECRET);
    if (key(current) === key(this.#old)) return;
    for (const { secret } of FORMS) {
      const login = this.#current(secret);
      if (key(login) !== key(current))
        this.#report('halfSwapped', `the credential secret ran ahead of ${secret}`);
    }
  }

  #lookForUnverified(): void {
    const { secrets } = this.#bench;
    for (const secret of [SECRET, ...FORMS.map((form) => form.secret)]) {
      const isAsBefore = secrets.text(secret) === this.#start.texts.get(secret);
      if (!isAsBefore && !this.#accepted.has(key(this.#current(secret))))
        this.#report('other', `${secret} was current with a credential that the org has not accepted`);
    }
    const pending = this.#pending();
    if (pending !== undefined && !this.#accepted.has(key(pending)))
      this.#report('other', 'AWSPENDING held a credential that the org has not accepted');
  }

  /** `undefined` without the label, or while the version under it is an empty placeholder. */
  #pending(): Login | undefined {
    try {
      return this.#bench.secrets.login(SECRET, 'AWSPENDING');
    } catch {
      return undefined;
    }
  }

  #current(secret: string): Login {
    const form = FORMS.find((each) => each.secret === secret);
    const { secrets } = this.#bench;
    return form === undefined ? secrets.login(secret) : loginIn(form, secrets.text(secret));
  }

  #report(kind: Finding['kind'], text: string): void {
    this.#found.set(text, { kind, text });
  }
}

/**
 * The users whose password in force is in no safe place: in the current version
 * of the credential secret or its draft or, once the other of two users is live,
 * in the previous one. A pending version does not count, because the next write
 * of a person takes its label away. Whoever was idle from the start may keep a
 * password that nobody needs, and may retire with one that nobody holds.
 */
export function passwordsWithoutSafePlace(
  { secrets, sandbox }: RotationBench,
  { usernames, safePlaces, ending }: CrashScenario,
  start: World,
): readonly string[] {
  const safe = new Set(safePlaces.map((secret) => secrets.json(secret)['password']));
  const live = secrets.login(SECRET).username;
  return usernames.filter((username) => {
    const { password } = sandbox.salesforce.inspect(username);
    if (safe.has(password)) return false;
    if (username === live) return true;
    const isNeeded = username === start.liveUsername;
    if (isNeeded) return secrets.login(SECRET, 'AWSPREVIOUS').password !== password;
    return ending !== 'retired' && password !== start.passwords.get(username);
  });
}

function key({ username, password, securityToken }: Login): string {
  return JSON.stringify([username, password, securityToken]);
}
