import { stripVTControlCharacters } from 'node:util';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type DoctorTask, doctor } from '../../../lib/cli/doctor.ts';
import { drawPatient } from '../../../lib/cli/doctor-lines.ts';
import { CliError, EXIT } from '../../../lib/cli/exit-codes.ts';
import type { OperatorDoor } from '../../../lib/core/ports/command-door.ts';
import type { CommandOutcome } from '../../../lib/core/watch/command.ts';
import type { Finding } from '../../../lib/core/watch/doctor/finding.ts';
import type { KnownRow } from '../../../lib/core/watch/fleet.ts';
import { knownRow } from '../../support/fleet-rows.ts';

const finding = (code: Finding['code'], severity: Finding['severity'], fixable = false): Finding => ({
  code,
  severity,
  where: 'billing',
  message: `It is ${code}.`,
  ...(severity === 'ok' ? {} : { remedy: 'sfrotate resume billing' }),
  fixable,
});
const WELL = [finding('at-rest', 'ok')];
const BLOCKED = [finding('blocked', 'problem', true)];
const WAITS = [finding('waits-for-token', 'problem')];

interface Script {
  readonly names?: readonly string[];
  /** What each look finds, in turn; a sentence is one that gets no answer. */
  readonly looks?: readonly (readonly Finding[] | string)[];
  readonly repair?: { readonly done: readonly string[]; readonly findings: readonly Finding[] };
  /** What the repair leaves, and then what each look at the status shows. */
  readonly states?: readonly KnownRow[];
  readonly credential?: string | undefined;
  readonly wait?: boolean;
}

let sent: string[];
let said: string[];
let drawn: string;

beforeEach(() => {
  [sent, said, drawn] = [[], [], ''];
});

function task({
  names = ['billing'],
  looks = [],
  repair,
  states = [],
  wait = true,
  ...script
}: Script): DoctorTask {
  const [leftLooks, leftStates] = [[...looks], [...states]];
  const door: OperatorDoor = {
    async send({ action }): Promise<CommandOutcome> {
      sent.push(action);
      const status = leftStates.shift() ?? knownRow({});
      if (action === 'status' || repair === undefined) return { message: '', status };
      const { done, findings } = repair;
      return {
        message: '',
        status,
        repair: { done, left: [], diagnosis: { credential: 'billing', findings } },
      };
    },
    async ask(query) {
      if (query.action === 'fleet')
        return { rows: names.map((credential) => knownRow({ credential })) } as never;
      const findings = leftLooks.shift() ?? WELL;
      if (typeof findings === 'string') throw new CliError(EXIT.noAnswer, findings);
      return { message: 'found', credential: query.credential, findings } as never;
    },
  };
  return {
    door,
    credential: 'credential' in script ? script.credential : 'billing',
    fix: repair !== undefined,
    wait,
    width: undefined,
    by: 'tester',
    say: (text) => void said.push(text),
    draw: (lines) => {
      drawn = stripVTControlCharacters(lines.join('\n'));
    },
    ifInterrupted: () => undefined,
    rest: async () => undefined,
  };
}

describe('sfrotate doctor', () => {
  test('ends well where all is well', async () => {
    expect(await doctor(task({}))).toMatchObject({
      exitCode: 0,
      text: 'Nothing is wrong that needs a person.',
    });
    expect(drawn).toBe('billing: ok\n  ok at-rest (billing)\n    It is at-rest.\n');
    expect(sent).toEqual([]);
  });

  test('a warning alone needs nobody', async () => {
    const looks = [[finding('draft-left-over', 'warning', true)]];
    expect(await doctor(task({ looks }))).toMatchObject({ exitCode: 0 });
    expect(drawn).toContain('billing: 1 warning');
  });

  test('a problem ends with a code of its own, and says whether a repair helps', async () => {
    expect(await doctor(task({ looks: [BLOCKED] }))).toMatchObject({
      exitCode: 5,
      text: 'Something is wrong with 1 of 1 credential. Some of it is repaired by: sfrotate doctor --fix',
      details: { credentials: [{ credential: 'billing', findings: BLOCKED }] },
    });
    expect(drawn).toContain('problem blocked (billing)\n    It is blocked.\n    → sfrotate resume billing');
    expect(await doctor(task({ looks: [WAITS] }))).toMatchObject({
      text: 'Something is wrong with 1 of 1 credential. The remedies are above.',
    });
  });

  test('looks at each of the fleet, with progress, and one without an answer spoils no other', async () => {
    const ending = await doctor(
      task({ credential: undefined, names: ['b', 'a'], looks: ['No answer came.', BLOCKED] }),
    );
    expect(ending).toMatchObject({ exitCode: 4, text: 'No answer of 1 of 2: a. Ask for them by name.' });
    expect(said.toSorted()).toEqual([expect.stringContaining('of 2: a'), expect.stringContaining('of 2: b')]);
    expect(drawn).toContain('a: no answer\n  No answer came.');
    expect(drawn).toContain('b: 1 problem');
  });

  test('a credential that is not configured is bad input', async () => {
    const asked = task({});
    asked.door.ask = async () => {
      throw new CliError(EXIT.badInput, 'There is no credential "x".');
    };
    await expect(doctor(asked)).rejects.toMatchObject({ exitCode: EXIT.badInput });
  });
});

describe('sfrotate doctor --fix', () => {
  const GOES_ON = { kind: 'service', text: 'the service' } as const;
  const FOR_A_MAIL = { kind: 'token-mail', text: 'the mail' } as const;
  const moving = knownRow({ phase: 'changing', waitingFor: GOES_ON });

  test('follows what goes on to its end, and looks again', async () => {
    const states = [moving, moving, knownRow({})];
    const repair = { done: ['It went on.'], findings: WELL };
    expect(await doctor(task({ repair, states }))).toMatchObject({ exitCode: 0 });
    expect(sent).toEqual(['repair', 'status', 'status']);
    expect(drawn).toContain('repaired: It went on.');
    expect(drawn).toContain('repaired: No rotation is under way.');
  });

  test.each([
    ['a person', { kind: 'operator', text: 'a person who brings it' } as const, 1],
    ['a mail that does not come', FOR_A_MAIL, 21],
  ])('says so where it waits for %s', async (_whom, waitingFor, looks) => {
    const states = Array.from({ length: looks }, () => knownRow({ phase: 'awaiting-token', waitingFor }));
    const ending = await doctor(
      task({ repair: { done: ['It went on.'], findings: WAITS }, states, looks: [WAITS] }),
    );
    expect(ending).toMatchObject({ exitCode: 5 });
    expect(drawn).toContain(`repaired: It waits for ${waitingFor.text}.`);
    expect(sent).toHaveLength(looks);
  });

  test.each([
    ['nothing was to be done', { repair: { done: [], findings: WAITS } }],
    ['nobody wants to follow', { repair: { done: ['It went on.'], findings: WAITS }, wait: false }],
  ])('follows nothing where %s', async (_why, script) => {
    expect(await doctor(task(script))).toMatchObject({
      exitCode: 5,
      text: expect.stringContaining('The remedies are above.'),
    });
    expect(sent).toEqual(['repair']);
  });

  test('a function of another version did not repair anything that is known', async () => {
    const asked = task({ repair: { done: [], findings: WELL } });
    asked.door.send = async () => ({ message: '', status: knownRow({}) });
    expect(await doctor(asked)).toMatchObject({ exitCode: 4 });
    expect(drawn).toContain('another version');
  });
});

test('what the service says cannot write to the terminal', () => {
  const bad = { ...finding('blocked', 'problem'), message: 'a\u001b[2Jb\nc', where: 'x\u0007y' };
  const lines = drawPatient({ credential: 'billing', findings: [bad] });
  expect(stripVTControlCharacters(lines.join('|'))).toContain('blocked (xy)|    ab c|');
  expect(lines.join('')).not.toContain('\u001b[2J');
});

test('long texts are wrapped to the terminal', () => {
  const lines = drawPatient({ credential: 'billing', findings: [finding('blocked', 'problem')] }, 20);
  expect(lines.map((line) => stripVTControlCharacters(line).length).every((length) => length <= 30)).toBe(
    true,
  );
  expect(lines.length).toBeGreaterThan(4);
});
