import { beforeEach, describe, expect, test } from '@jest/globals';
import { CliError } from '../../../lib/cli/exit-codes.ts';
import { type RotationTask, resume, rollback, rotate } from '../../../lib/cli/rotation.ts';
import type { OperatorDoor } from '../../../lib/core/ports/command-door.ts';
import type { Command, CommandOutcome, CommandResult } from '../../../lib/core/watch/command.ts';
import type { FleetRow, KnownRow } from '../../../lib/core/watch/fleet.ts';
import { knownRow, NOW } from '../../support/fleet-rows.ts';

const BEFORE = { id: 'old', cause: 'due', completedAt: NOW, integrations: 3 } as const;
const AFTER = { ...BEFORE, id: 'new' };
const WAITS_FOR_SERVICE = { kind: 'service', text: 'the service' } as const;

const REST = knownRow({ lastRotation: BEFORE });
const WANTED = knownRow({ lastRotation: BEFORE, waitingFor: WAITS_FOR_SERVICE });
const CHANGING = knownRow({ phase: 'changing', lastRotation: BEFORE, waitingFor: WAITS_FOR_SERVICE });
const SWAPPED = knownRow({ lastRotation: AFTER });
const BLOCKED = knownRow({
  phase: 'blocked',
  lastRotation: BEFORE,
  waitingFor: { kind: 'remedy', text: 'Free it.' },
  message: 'It is stuck.',
  remedy: 'Free it.',
});

let sent: string[];
let said: string[];
let asked: string[];

beforeEach(() => {
  [sent, said, asked] = [[], [], []];
});

interface Script {
  readonly row: FleetRow;
  readonly result?: CommandResult;
  /** What the command and then each look shows. */
  readonly states?: readonly (KnownRow | Error)[];
  readonly agrees?: boolean;
  readonly wait?: boolean;
}

/** A service that answers as it was told, and a person who agrees or not. */
function task({ row, result, states = [], agrees = true, wait = true }: Script): RotationTask {
  const left = [...states];
  const door: OperatorDoor = {
    async send({ action }: Command): Promise<CommandOutcome> {
      sent.push(action);
      const status = left.shift();
      if (status === undefined) throw new Error('nobody looks once more');
      if (status instanceof Error) throw status;
      const isLook = action === 'status';
      return { message: 'It says this.', status, ...(isLook || result === undefined ? {} : { result }) };
    },
    ask: async () => ({ message: '', now: NOW, rows: [row] }) as never,
  };
  return {
    door,
    credential: 'billing',
    by: 'tester',
    wait,
    say: (text) => void said.push(text),
    ifInterrupted: () => undefined,
    confirm: async (question, consequence) => {
      asked.push(question, consequence);
      return agrees;
    },
    rest: async () => undefined,
  };
}

describe('sfrotate rotate', () => {
  const REQUESTED = { kind: 'requested' } as const;

  test('says first what it means, asks, and follows each phase until it is swapped', async () => {
    const states = [WANTED, CHANGING, CHANGING, SWAPPED];
    expect(await rotate(task({ row: REST, result: REQUESTED, states }))).toEqual({
      exitCode: 0,
      text: 'Done: every integration has the new credential.',
      details: { credential: 'billing', result: 'requested', phase: 'idle' },
    });
    expect(asked).toEqual(['Rotate "billing"?', 'The integrations are without a login for seconds.']);
    expect(said).toEqual([
      'It says this.',
      'At rest: waiting for the service …',
      'Changing the password: waiting for the service …',
    ]);
  });

  test('asks for nothing where the person does not agree', async () => {
    expect(await rotate(task({ row: REST, agrees: false }))).toMatchObject({
      exitCode: 3,
      text: 'Nothing was asked for.',
    });
    expect(sent).toEqual([]);
  });

  test('with --no-wait returns when it was asked for', async () => {
    const ending = await rotate(task({ row: REST, result: REQUESTED, states: [WANTED], wait: false }));
    expect(ending).toMatchObject({ exitCode: 0, text: 'It says this.' });
    expect(sent).toEqual(['rotate-now']);
  });

  test.each<[string, KnownRow | Error, number, string]>([
    ['a person with the token', waitingFor('operator', 'a person'), 5, 'sfrotate token billing'],
    ['a person who presses Start', waitingFor('start', 'a person'), 5, 'sfrotate start billing'],
    ['its due time', waitingFor('due-time', 'the due time'), 5, 'It waits for the due time.'],
    ['a remedy', BLOCKED, 3, 'It is stuck. Free it.'],
    ['a network', new CliError(4, 'No network.'), 4, 'cannot be seen: No network.'],
    ['nothing, without a swap', REST, 3, 'sfrotate history billing'],
  ])('ends where the rotation waits for %s', async (_what, state, exitCode, text) => {
    const ending = await rotate(task({ row: REST, result: REQUESTED, states: [CHANGING, state] }));
    expect(ending).toMatchObject({ exitCode, text: expect.stringContaining(text) });
  });

  test('waits for a mail, which may come at any moment', async () => {
    const states = [waitingFor('token-mail', 'the mail'), waitingFor('token-mail', 'the mail'), SWAPPED];
    expect(await rotate(task({ row: REST, result: REQUESTED, states }))).toMatchObject({ exitCode: 0 });
  });

  test('is not done yet where a mail does not come for as long as anybody looks', async () => {
    const states = Array.from({ length: 700 }, () => waitingFor('token-mail', 'the mail'));
    expect(await rotate(task({ row: REST, result: REQUESTED, states }))).toMatchObject({
      exitCode: 5,
      text: 'The rotation goes on by itself. It still waits for the mail.',
    });
    expect(said).toHaveLength(2);
  });

  test('follows the first rotation of a credential that the ledger did not know', async () => {
    const row: FleetRow = {
      kind: 'unknown',
      credential: 'billing',
      org: 'prod',
      waitingFor: WAITS_FOR_SERVICE,
      attemptsLeft: 3,
      schedule: { kind: 'none' },
      rotateNow: REST.rotateNow,
    };
    expect(await rotate(task({ row, result: REQUESTED, states: [CHANGING, SWAPPED] }))).toMatchObject({
      exitCode: 0,
    });
  });

  describe('where another cannot be asked for', () => {
    const withheld = (row: KnownRow, because = 'under way'): KnownRow => ({
      ...row,
      rotateNow: { kind: 'withheld', because },
    });

    test('follows the one that is under way, and neither asks nor sends a wish', async () => {
      const ending = await rotate(task({ row: withheld(CHANGING), states: [CHANGING, SWAPPED] }));
      expect(ending).toMatchObject({ exitCode: 0, text: expect.stringContaining('Done') });
      expect(said[0]).toBe('No rotation was asked for: under way.');
      expect([asked, sent]).toEqual([[], ['status', 'status']]);
    });

    test('with --no-wait says for what that one waits', async () => {
      expect(await rotate(task({ row: withheld(CHANGING), wait: false }))).toMatchObject({
        exitCode: 3,
        text: 'No rotation was asked for: under way. It waits for the service.',
      });
      expect(sent).toEqual([]);
    });

    test('says what to do about one that is blocked', async () => {
      expect(await rotate(task({ row: withheld(BLOCKED, 'blocked half-way') }))).toMatchObject({
        exitCode: 3,
        text: 'No rotation was asked for: blocked half-way. It is stuck. Free it.',
      });
      expect(sent).toEqual([]);
    });

    test('does not touch what the ledger cannot say', async () => {
      const row: FleetRow = { kind: 'unreadable', credential: 'billing', org: 'prod' };
      for (const command of [rotate, rollback, resume])
        expect(await command(task({ row }))).toMatchObject({ exitCode: 3 });
      expect([sent, asked]).toEqual([[], []]);
    });
  });

  test('is blocked at once where the remedy was not applied', async () => {
    const ending = await rotate(task({ row: BLOCKED, result: REQUESTED, states: [BLOCKED], wait: false }));
    expect(ending).toMatchObject({ exitCode: 3, text: 'It is blocked. It is stuck. Free it.' });
  });
});

describe('sfrotate rollback', () => {
  test('asks first, and follows until every integration has the previous credential', async () => {
    const ending = await rollback(
      task({ row: REST, result: { kind: 'begun' }, states: [CHANGING, SWAPPED] }),
    );
    expect(ending).toMatchObject({
      exitCode: 0,
      text: 'Done: every integration has the previous credential.',
    });
    expect(asked[0]).toBe('Roll "billing" back?');
  });

  test("gives the service's own sentences where it is refused", async () => {
    const result = { kind: 'refused', message: 'The old password is dead.', remedy: 'Rotate.' } as const;
    expect(await rollback(task({ row: REST, result, states: [REST] }))).toMatchObject({
      exitCode: 3,
      text: 'The old password is dead. Rotate.',
      details: { result: 'refused' },
    });
  });

  test('is no success where it was given up on the way', async () => {
    const states = [CHANGING, REST];
    expect(await rollback(task({ row: REST, result: { kind: 'begun' }, states }))).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('keeps what it has'),
    });
  });

  test('sends nothing where the person does not agree', async () => {
    expect(await rollback(task({ row: REST, agrees: false }))).toMatchObject({ exitCode: 3 });
    expect(sent).toEqual([]);
  });
});

describe('sfrotate resume', () => {
  test('goes on, and follows', async () => {
    const ending = await resume(
      task({ row: BLOCKED, result: { kind: 'resumed' }, states: [CHANGING, SWAPPED] }),
    );
    expect(ending).toMatchObject({ exitCode: 0, text: expect.stringContaining('Done') });
    expect(asked).toEqual([]);
  });

  test('is done where nothing was wanted but to be unblocked', async () => {
    const result = { kind: 'resumed' } as const;
    expect(await resume(task({ row: BLOCKED, result, states: [REST] }))).toMatchObject({
      exitCode: 0,
      text: 'Resumed; no rotation is under way or wanted now.',
    });
  });

  test.each<[CommandResult['kind'] & ('still-blocked' | 'not-blocked'), KnownRow, string]>([
    ['still-blocked', BLOCKED, 'It is blocked. It is stuck. Free it.'],
    ['not-blocked', REST, 'It is not blocked, so there was nothing to resume. It is in the phase "at rest".'],
  ])('says so where it is %s', async (kind, state, text) => {
    expect(await resume(task({ row: BLOCKED, result: { kind }, states: [state] }))).toMatchObject({
      exitCode: 3,
      text,
      details: { result: kind },
    });
  });
});

test.each([rotate, rollback, resume])(
  'a function that does not say what came of it is of another version',
  async (command) => {
    await expect(command(task({ row: REST, states: [WANTED] }))).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('another version'),
    });
  },
);

function waitingFor(kind: 'operator' | 'start' | 'due-time' | 'token-mail', text: string): KnownRow {
  return knownRow({ phase: 'awaiting-token', lastRotation: BEFORE, waitingFor: { kind, text } });
}
