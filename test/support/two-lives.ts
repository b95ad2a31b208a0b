import type { CredentialState } from '../../lib/core/domain/state.ts';
import { isOnLastAttempt } from '../crash/budget.ts';
import { checkDeath, checkEnd } from '../crash/checks.ts';
import { type Finding, findingsOf } from '../crash/finding.ts';
import { Moments } from '../crash/moments.ts';
import { Person } from '../crash/person.ts';
import { nameOfRun } from '../crash/points.ts';
import { type CrashScenario, type Source, scenarioNamed } from '../crash/scenarios.ts';
import { changedByRefusal, type World, worldOf } from '../crash/world.ts';
import { CuttingWire, type DeathPoint } from './cutting-wire.ts';
import { LeakWatch } from './leak-watch.ts';
import { HOUR, RotationBench } from './rotation-bench.ts';

/** A rotation through which the process died, and what was wrong. */
export interface Outcome {
  readonly deaths: readonly DeathPoint[];
  /** How many of the deaths came; a second life may have less to do than the second death waits for. */
  readonly died: number;
  /** Whether a person had to apply the remedy of a budget that was used up. */
  readonly byHand: boolean;
  readonly findings: readonly Finding[];
}

/** Longer than the slowest recovery takes, retries of Secrets Manager and of mail included. */
const RECOVERY_SECONDS = 2 * HOUR;
/** How long the process is dead, and how often it is looked at. */
const STEP_SECONDS = 10;
/** In real time; a run takes a fraction of a second, so one that takes so long waits for something that never comes. */
const HANGING_AFTER_MILLISECONDS = 60_000;

/** A sandbox in which the functions' process dies and a new one takes over. */
export class TwoLives {
  readonly #scenario: CrashScenario;
  readonly #bench: RotationBench;
  readonly #wire: CuttingWire;
  readonly #moments: Moments;
  readonly #person: Person;
  readonly #leaks: LeakWatch;

  private constructor(scenario: CrashScenario, bench: RotationBench, wire: CuttingWire) {
    this.#scenario = scenario;
    this.#bench = bench;
    this.#wire = wire;
    this.#moments = new Moments(bench, scenario, wire);
    this.#person = new Person(bench);
    this.#leaks = new LeakWatch(bench);
  }

  /** A single user's sandbox in which nothing has happened yet. */
  static async start(source: Source): Promise<TwoLives> {
    const wire = new CuttingWire();
    const bench = await RotationBench.start({ wire, scenario: { source, integrations: 3 } });
    return new TwoLives(scenarioNamed(`single-user/${source}`), bench, wire);
  }

  static async open(scenario: CrashScenario): Promise<TwoLives> {
    const wire = new CuttingWire();
    const bench = await unlessHanging(scenario.start(wire));
    if (bench === 'hangs') throw new Error(`a function did not end before any crash of ${scenario.name}`);
    return new TwoLives(scenario, bench, wire);
  }

  /** One rotation after the other, in one sandbox as long as all goes well, each with its deaths. */
  static async run(
    scenario: CrashScenario,
    runs: readonly (readonly DeathPoint[])[],
  ): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    while (outcomes.length < runs.length) {
      const { batch, leaks } = await TwoLives.#inOneSandbox(scenario, runs.slice(outcomes.length));
      if (leaks.length === 0) outcomes.push(...batch);
      else if (batch.length === 1) outcomes.push(...batch.map((outcome) => withLeaks(outcome, leaks)));
      // Only a sandbox of its own tells whose secret it was.
      else for (const { deaths } of batch) outcomes.push(...(await TwoLives.run(scenario, [deaths])));
    }
    return outcomes;
  }

  /** As many of the runs as there are until one goes wrong; at least one. */
  static async #inOneSandbox(
    scenario: CrashScenario,
    runs: readonly (readonly DeathPoint[])[],
  ): Promise<{ readonly batch: readonly Outcome[]; readonly leaks: readonly string[] }> {
    const batch: Outcome[] = [];
    const life = await TwoLives.open(scenario);
    for (const deaths of runs) {
      const outcome = await life.#rotateOrHang(deaths);
      if (outcome === 'hangs') return { batch: [...batch, hanging(deaths)], leaks: [] };
      batch.push(outcome);
      if (outcome.findings.length > 0) break;
    }
    const leaks = await life.#leaks.leaks();
    await life.close();
    return { batch, leaks };
  }

  async close(): Promise<void> {
    await this.#bench.close();
  }

  /** The writes of a rotation that nobody disturbs. */
  async recordedWrites(): Promise<readonly string[]> {
    this.#wire.record();
    await this.#bench.rotate();
    return this.#wire.writes;
  }

  /** Every call of it. */
  async recordedCalls(): Promise<readonly string[]> {
    await this.#begin();
    this.#wire.record();
    await this.#scenario.trigger(this.#bench);
    await this.#bench.until((state) => this.#isAtRest(state), RECOVERY_SECONDS);
    return this.#wire.names;
  }

  async #rotateOrHang(deaths: readonly DeathPoint[]): Promise<Outcome | 'hangs'> {
    try {
      return await unlessHanging(this.#rotateThrough(deaths));
    } catch (error) {
      return { deaths, died: 0, byHand: false, findings: [{ kind: 'other', text: String(error) }] };
    }
  }

  /** Lets the process die at each point, each counted from the start of its life. */
  async #rotateThrough(deaths: readonly DeathPoint[]): Promise<Outcome> {
    const start = await this.#begin();
    const findings: Finding[] = [];
    let [asked, died] = [false, 0];
    for (const [life, death] of deaths.entries()) {
      this.#wire.arm(death);
      asked = life === 0 ? await this.#ask() : await this.#askUnless(asked);
      await this.#untilDeadOrStill();
      findings.push(...(await checkDeath(this.#bench, this.#scenario, start)));
      if (this.#wire.dead) {
        died += 1;
        if (this.#scenario.ending !== 'refused') this.#person.edit(nameOfRun({ scenario: '', deaths }));
      }
      this.#bench.sandbox.functions.restart();
      this.#wire.revive();
    }
    if (died === 0) findings.push({ kind: 'other', text: 'the process never came to this call' });
    await this.#askUnless(asked);
    const recovery = await this.#recover(died);
    findings.push(...recovery.findings, ...(await checkEnd(this.#bench, this.#scenario, start)));
    findings.push(...this.#moments.findings, ...this.#person.findings());
    return { deaths, died, byHand: recovery.byHand, findings };
  }

  /** A cold start, right after a look of the watch, so that each rotation makes the same calls. */
  async #begin(): Promise<World> {
    await this.#scenario.prepare(this.#bench);
    this.#bench.sandbox.functions.restart();
    this.#wire.record();
    while (!this.#wire.calls.some(({ caller }) => caller === 'watch')) await this.#bench.pass(STEP_SECONDS);
    this.#person.begin();
    return this.#moments.begin();
  }

  /** False where the process died of it. */
  async #ask(): Promise<boolean> {
    try {
      await this.#scenario.trigger(this.#bench);
      return true;
    } catch (error) {
      if (!this.#wire.dead) throw error;
      return false;
    }
  }

  /** Who was told nothing, because the process died of the question, asks again where nobody took note of it. */
  async #askUnless(asked: boolean): Promise<boolean> {
    if (asked || !this.#scenario.isForgotten(await this.#bench.stateOrNothing())) return true;
    return this.#ask();
  }

  async #untilDeadOrStill(): Promise<void> {
    for (let seconds = 0; seconds < RECOVERY_SECONDS; seconds += STEP_SECONDS) {
      if (this.#wire.dead || this.#isStill(await this.#bench.stateOrNothing())) return;
      await this.#bench.pass(STEP_SECONDS);
    }
  }

  #isStill(state: Partial<CredentialState>): boolean {
    return state.phase === 'blocked' || this.#isAtRest(state);
  }

  #isAtRest(state: Partial<CredentialState>): boolean {
    return this.#scenario.isAtRest(state, this.#bench.sandbox.clock.now());
  }

  /** After one death by itself; after more, lost answers may have used up the budget, and the documented remedy is applied. */
  async #recover(
    deaths: number,
  ): Promise<{ readonly findings: readonly Finding[]; readonly byHand: boolean }> {
    const bench = this.#bench;
    const stuck = await this.#reachesStillness();
    const state = await bench.stateOrNothing();
    const { blocked, rotation } = state;
    const isBlocked = blocked?.refusal.code === 'attempts-spent';
    const byHand = deaths > 1 && rotation !== undefined && (isBlocked || isOnLastAttempt(bench, state));
    if (!byHand && stuck !== undefined) throw stuck;
    if (!byHand) return { findings: [], byHand };
    const refused = worldOf(bench, this.#scenario);
    await bench.pass(HOUR);
    const findings = changedByRefusal(refused, worldOf(bench, this.#scenario));
    if (isBlocked) await bench.ask('resume');
    bench.sandbox.salesforce.resetToken(rotation.username);
    await bench.until((each) => this.#isAtRest(each), RECOVERY_SECONDS);
    return { findings, byHand };
  }

  /** Why it did not come to rest by itself; `undefined` where it did. */
  async #reachesStillness(): Promise<unknown> {
    try {
      await this.#bench.until((state) => this.#isStill(state), RECOVERY_SECONDS);
      return undefined;
    } catch (error) {
      return error;
    }
  }
}

async function unlessHanging<Result>(work: Promise<Result>): Promise<Result | 'hangs'> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<'hangs'>((resolve) => {
    timer = setTimeout(() => resolve('hangs'), HANGING_AFTER_MILLISECONDS);
  });
  try {
    return await Promise.race([work, hang]);
  } finally {
    clearTimeout(timer);
  }
}

function withLeaks(outcome: Outcome, leaks: readonly string[]): Outcome {
  return { ...outcome, findings: [...outcome.findings, ...findingsOf('other', leaks)] };
}

function hanging(deaths: readonly DeathPoint[]): Outcome {
  return { deaths, died: 0, byHand: false, findings: [{ kind: 'other', text: 'a function did not end' }] };
}
