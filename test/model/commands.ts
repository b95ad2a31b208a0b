import fc from 'fast-check';
import * as deeds from './deeds.ts';
import { demandInvariants } from './invariants.ts';
import type { Fate } from './worker.ts';
import type { World } from './world.ts';

/** What people did is the model; it is kept in the world (`people`), so that every check sees both. */
type Model = Record<string, never>;
export type WorldCommand = fc.AsyncCommand<Model, World>;

/** Most workers that are under way at once: two that matter, and some that were left behind. */
const MOST_RUNNING = 5;

class Deed implements WorldCommand {
  readonly #title: string;
  readonly #act: (world: World) => void | Promise<void>;

  constructor(title: string, act: (world: World) => void | Promise<void>) {
    this.#title = title;
    this.#act = act;
  }

  check(): boolean {
    return true;
  }

  async run(_model: Model, world: World): Promise<void> {
    await this.#act(world);
    await world.scheduler.settle();
    demandInvariants(world);
  }

  toString(): string {
    return this.#title;
  }
}

function deed(title: string, act: (world: World) => void | Promise<void>): fc.Arbitrary<WorldCommand> {
  return fc.constant(new Deed(title, act));
}

/** As `deed`, while there is room for another worker. */
function start(title: string, act: (world: World) => void): fc.Arbitrary<WorldCommand> {
  return deed(title, (world) => {
    if (hasRoom(world)) act(world);
  });
}

function hasRoom(world: World): boolean {
  return world.scheduler.running.length < MOST_RUNNING;
}

/** One that is left to itself comes to its end with so many. */
const ALL_CALLS = 200;

const answered = fc.constant<Fate>('answered');
const disturbed = fc.constantFrom<Fate>('throttled', 'answer-lost', 'repeated', 'dies-before', 'dies-after');
const stale = fc.constant<Fate>('stale');

const door = fc.constantFrom<deeds.Door>('mailbox', 'person');

/** The youngest worker is number 0. */
const which = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: MOST_RUNNING - 1 }) },
);

function step(fate: fc.Arbitrary<Fate>): fc.Arbitrary<WorldCommand> {
  const calls = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 12 }) },
    { weight: 1, arbitrary: fc.constant(ALL_CALLS) },
  );
  return fc
    .tuple(which, calls, fate)
    .map((args) => new Deed(`step(${args.join(', ')})`, (world) => world.scheduler.step(...args)));
}

/** Everything that is not paused goes on, with the token at hand if it waits for one. */
async function drive(world: World, calls: number): Promise<void> {
  await world.scheduler.drive(calls);
  if (world.state?.phase === 'awaiting-token' && hasRoom(world)) {
    deeds.bringToken(world, 'newest', 'mailbox');
    await world.scheduler.drive(calls);
  }
}

async function rotate(world: World, calls: number): Promise<void> {
  if (hasRoom(world)) world.command('rotate-now');
  await drive(world, calls);
}

/**
 * A worker falls asleep in the middle of a rotation, others see that rotation
 * through, and it wakes up in the middle of the next one, or after it.
 */
async function overtake(world: World, asleepAfter: number, which: number, awakeAfter: number): Promise<void> {
  await rotate(world, asleepAfter);
  const sleeper = await world.scheduler.orphan(which);
  await drive(world, ALL_CALLS);
  await world.pass(130);
  await drive(world, ALL_CALLS);
  await rotate(world, awakeAfter);
  if (sleeper !== undefined) await world.scheduler.finish(sleeper);
}

function orphan(which: number) {
  return async (world: World): Promise<void> => {
    await world.scheduler.orphan(which);
  };
}

/** Somebody brings a wrong token, and it is tried. */
async function wrongToken(world: World, door: deeds.Door): Promise<void> {
  if (hasRoom(world)) deeds.bringToken(world, 'wrong', door);
  await world.scheduler.drive(ALL_CALLS);
}

const progress = {
  step: step(answered),
  drive: fc
    .oneof(fc.integer({ min: 1, max: 60 }), fc.constant(ALL_CALLS))
    .map((calls) => new Deed(`drive(${calls})`, (world) => drive(world, calls))),
  rotateNow: start('rotateNow', (world) => world.command('rotate-now')),
  poke: start('poke', (world) => world.advance({ kind: 'poke' })),
  newestToken: door.map(
    (from) =>
      new Deed(`newestToken(${from})`, (world) => {
        if (hasRoom(world)) deeds.bringToken(world, 'newest', from);
      }),
  ),
  pass: fc
    .constantFrom(1, 61, 61, 130, 130, 600, 3_700)
    .map((seconds) => new Deed(`pass(${seconds})`, (world) => world.pass(seconds))),
};

const disturbances = {
  fault: step(disturbed),
  stale: step(stale),
  hold: which.map((args) => new Deed(`hold(${args})`, (world) => world.scheduler.hold(args))),
  orphan: which.map((args) => new Deed(`orphan(${args})`, orphan(args))),
  /** Long enough for the user whom a swap left behind to be retired. */
  aDay: deed('aDay', (world) => world.pass(90_000)),
  rollback: start('rollback', (world) => world.command('rollback')),
  watch: start('watch', (world) => world.watch()),
  resume: start('resume', (world) => world.command('resume')),
  editIntegration: fc
    .nat({ max: 2 })
    .map((index) => new Deed(`editIntegration(${index})`, (world) => deeds.editIntegration(world, index))),
  putCredential: fc
    .constantFrom<deeds.PutKind>('the same', 'garbage', 'the one before', 'the one in force')
    .map((what) => new Deed(`putCredential(${what})`, (world) => deeds.putCredential(world, what))),
  cancelRotation: deed('cancelRotation', deeds.cancelRotation),
  turnRotationOn: deed('turnRotationOn', deeds.turnRotationOn),
  rotateInConsole: deed('rotateInConsole', deeds.rotateInConsole),
  wrongToken: door.map((from) => new Deed(`wrongToken(${from})`, (world) => wrongToken(world, from))),
  overtake: fc
    .tuple(
      fc.integer({ min: 1, max: 70 }),
      fc.nat({ max: 1 }),
      fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constant(ALL_CALLS)),
    )
    .map((args) => new Deed(`overtake(${args.join(', ')})`, (world) => overtake(world, ...args))),
};

type Weights = Partial<Record<keyof typeof disturbances, number>>;

/** Commands that bring a rotation on, among disturbances of some kinds. */
function mixture(weights: Weights): fc.Arbitrary<WorldCommand> {
  const chosen = Object.entries(weights) as [keyof typeof disturbances, number][];
  return fc.oneof(
    { weight: 4, arbitrary: progress.step },
    { weight: 4, arbitrary: progress.drive },
    { weight: 3, arbitrary: progress.rotateNow },
    { weight: 2, arbitrary: progress.poke },
    { weight: 1, arbitrary: progress.newestToken },
    { weight: 4, arbitrary: progress.pass },
    ...chosen.map(([name, weight]) => ({ weight, arbitrary: disturbances[name] })),
  );
}

/**
 * The kinds of disturbance that one run has. With all of them in each, few
 * rotations would get far enough to be disturbed at their end.
 */
export const MIXTURES: readonly fc.Arbitrary<WorldCommand>[] = [
  mixture({ fault: 5, editIntegration: 2, rotateInConsole: 1 }),
  mixture({ overtake: 5, orphan: 2, hold: 1, editIntegration: 1 }),
  mixture({ hold: 3, orphan: 1, overtake: 1, fault: 3, watch: 1 }),
  mixture({ putCredential: 3, hold: 2, fault: 1, resume: 1 }),
  mixture({ cancelRotation: 2, turnRotationOn: 1, rotateInConsole: 1, fault: 1, hold: 1, resume: 1 }),
  mixture({ stale: 6, hold: 1, editIntegration: 1 }),
  mixture({ rollback: 4, aDay: 2, fault: 2, orphan: 1, hold: 1, overtake: 1 }),
  mixture({ wrongToken: 12, fault: 3, hold: 1, resume: 1, rotateInConsole: 1 }),
  mixture({
    fault: 3,
    stale: 2,
    hold: 3,
    orphan: 1,
    watch: 1,
    wrongToken: 1,
    resume: 1,
    editIntegration: 2,
    putCredential: 1,
    cancelRotation: 1,
    turnRotationOn: 1,
    rotateInConsole: 1,
  }),
];
