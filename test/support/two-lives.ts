import { CuttingWire } from './cutting-wire.ts';
import {
  failedLogins,
  placesOfPasswordInForce,
  problemsAfterRotation,
  secretsLeftBehind,
} from './invariants.ts';
import { RotationBench, SECRET } from './rotation-bench.ts';

export type Source = 'mailbox' | 'unchanged';

/** A write of a rotation, and whether the process dies before or after it is carried out. */
export interface DeathPoint {
  readonly write: number;
  readonly when: 'before' | 'after';
  /** For the report: which write it is. */
  readonly name: string;
}

const MAX_ATTEMPTS = 3;

/**
 * Every point at which a rotation that nothing else disturbs can die. Before a
 * write to the ledger is left out: it is the same world as after the write
 * before it, because a dead process takes along what it knew.
 */
export async function everyDeath(source: Source): Promise<readonly DeathPoint[]> {
  const life = await TwoLives.start(source);
  const writes = await life.recordedWrites();
  await life.close();
  return writes.flatMap((name, write) =>
    (['before', 'after'] as const)
      .filter((when) => when === 'after' || write === 0 || !name.startsWith('PutItem'))
      .map((when) => ({ write, when, name: `${when} #${write} ${name}` })),
  );
}

/** A sandbox in which the functions' process dies and a new one takes over. */
export class TwoLives {
  readonly #bench: RotationBench;
  readonly #wire: CuttingWire;

  private constructor(bench: RotationBench, wire: CuttingWire) {
    this.#bench = bench;
    this.#wire = wire;
  }

  static async start(source: Source): Promise<TwoLives> {
    const wire = new CuttingWire();
    return new TwoLives(await RotationBench.start({ wire, scenario: { source, integrations: 3 } }), wire);
  }

  /** One rotation after the other in one sandbox, each with its deaths; a new sandbox after one that went wrong. */
  static async run(
    source: Source,
    runs: readonly (readonly DeathPoint[])[],
  ): Promise<readonly (readonly [readonly DeathPoint[], readonly string[]])[]> {
    const results: (readonly [readonly DeathPoint[], readonly string[]])[] = [];
    let life = await TwoLives.start(source);
    for (const deaths of runs) {
      const problems = await life.#rotateThrough(deaths).catch((error: unknown) => [String(error)]);
      results.push([deaths, problems]);
      if (problems.length === 0) continue;
      await life.close();
      life = await TwoLives.start(source);
    }
    await life.close();
    return results;
  }

  async close(): Promise<void> {
    await this.#bench.close();
  }

  async recordedWrites(): Promise<readonly string[]> {
    this.#wire.record();
    await this.#bench.rotate();
    return this.#wire.writes;
  }

  /** Lets the process die at each point, each counted from the start of its life; what is wrong afterwards. */
  async #rotateThrough(deaths: readonly DeathPoint[]): Promise<readonly string[]> {
    const bench = this.#bench;
    const old = bench.secrets.login(SECRET);
    const rows = bench.sandbox.salesforce.view.loginHistory.length;
    const problems: string[] = [];
    let asked = false;
    for (const death of deaths) {
      this.#wire.arm(death);
      asked = asked || (await this.#ask());
      await this.#untilDeadOrDone();
      if (placesOfPasswordInForce(bench).length === 0) problems.push('the password in force is lost');
      problems.push(
        ...secretsLeftBehind(bench, old).map((secret) => `the credential secret ran ahead of ${secret}`),
      );
      bench.sandbox.functions.restart();
      this.#wire.revive();
    }
    if (!asked) await this.#ask();
    await this.#end();
    const failed = failedLogins(bench, rows);
    if (failed > MAX_ATTEMPTS) problems.push(`${failed} logins failed`);
    if (placesOfPasswordInForce(bench).length === 0)
      problems.push('the password in force is lost in the end');
    return [...problems, ...(await problemsAfterRotation(bench, old))];
  }

  /** False where the process died of it, so that the person who asked was told nothing and asks again. */
  async #ask(): Promise<boolean> {
    try {
      await this.#bench.request();
      return true;
    } catch {
      return false;
    }
  }

  async #untilDeadOrDone(): Promise<void> {
    const { phase, request } = await this.#bench.stateOrNothing();
    if (this.#wire.dead || (phase === 'idle' && request === undefined)) return;
    await this.#bench.pass(10);
    await this.#untilDeadOrDone();
  }

  /** Two lost answers and a refused token use the budget up; then the remedy is applied as it is written. */
  async #end(): Promise<void> {
    const bench = this.#bench;
    await bench.until(
      ({ phase, request }) => phase === 'blocked' || (phase === 'idle' && request === undefined),
      7_200,
    );
    const { blocked } = await bench.stateOrNothing();
    if (blocked?.refusal.code !== 'attempts-spent') return;
    await bench.pass(3_600);
    await bench.ask('resume');
    await bench.newToken();
    await bench.untilIdle();
  }
}
