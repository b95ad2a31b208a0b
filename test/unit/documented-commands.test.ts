import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { doctorCommand } from '../../lib/cli/doctor-command.ts';
import { EXIT, EXIT_CODES_HELP } from '../../lib/cli/exit-codes.ts';
import { historyCommand } from '../../lib/cli/history-command.ts';
import { resumeCommand, rollbackCommand, rotateCommand } from '../../lib/cli/rotation-commands.ts';
import { statusCommand } from '../../lib/cli/status-command.ts';
import * as documented from '../deploy/documented.ts';

/** What the deploy test runs is what people read, and the other way round. */

const { ADD_INTEGRATION, BOOTSTRAP, CHECK, CONNECT_MAIL, DEPLOY, DESTROY, ROTATE_NOW, SEED, STATUS } =
  documented;

/** Of the command line, by the name of the command. */
const OPTIONS_OF: Readonly<Record<string, readonly (string | null | undefined)[]>> = Object.fromEntries(
  [
    statusCommand(),
    historyCommand(),
    doctorCommand(),
    rotateCommand(),
    resumeCommand(),
    rollbackCommand(),
  ].map((command) => [command.name(), command.options.map(({ long }) => long)]),
);

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** A section of a document, from its heading to the next of the same level. */
function section(text: string, heading: string): string {
  const [, after = ''] = text.split(`\n## ${heading}\n`);
  return after.split('\n## ')[0] ?? '';
}

/** The lines of all shell blocks, in their order. */
function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].flatMap(([, block = '']) =>
    block
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  );
}

test("README's Deploy section has the commands of the deploy test, in its order, and no others", () => {
  expect(commandsIn(section(read('README.md'), 'Deploy'))).toEqual([
    ...SEED,
    BOOTSTRAP,
    DEPLOY,
    CONNECT_MAIL,
    ROTATE_NOW,
    STATUS,
    ADD_INTEGRATION,
    CHECK,
    ...DESTROY,
  ]);
});

test('none of them is missing above', () => {
  const known = [SEED, BOOTSTRAP, DEPLOY, CONNECT_MAIL, ROTATE_NOW, STATUS, ADD_INTEGRATION, CHECK, DESTROY];
  expect(Object.values(documented).sort()).toEqual(known.sort());
});

describe("the operator's guide has the same commands", () => {
  const guide = read('docs/operations.md');

  test('from the first deployment to the last day', () => {
    expect(commandsIn(section(guide, 'First deployment'))).toEqual([
      ...SEED,
      BOOTSTRAP,
      DEPLOY,
      CONNECT_MAIL,
      ADD_INTEGRATION,
      CHECK,
      ...DESTROY,
    ]);
  });

  const byHand = commandsIn(section(guide, 'Rotating by hand'));
  const isOurs = (command: string) => command.startsWith('sfrotate ');

  test('for rotating by hand', () => {
    expect(byHand.filter((command) => !isOurs(command))).toEqual([ROTATE_NOW, STATUS]);
  });

  test('and first those of the command line, each of which it has, with these options', () => {
    const ours = byHand.filter(isOurs);
    expect(byHand.slice(0, ours.length)).toEqual(ours);
    expect(ours.length).toBeGreaterThan(5);
    for (const command of ours) {
      const [, name = '', ...args] = command.split(' ');
      expect([command, Object.keys(OPTIONS_OF)]).toEqual([command, expect.arrayContaining([name])]);
      const options = args.filter((arg) => arg.startsWith('--'));
      expect([command, OPTIONS_OF[name]]).toEqual([command, expect.arrayContaining(options)]);
    }
  });

  test('for what is stuck', () => {
    const stuck = commandsIn(section(guide, 'When something is stuck'));
    expect(stuck).toEqual(['sfrotate doctor', 'sfrotate doctor billing', 'sfrotate doctor billing --fix']);
    expect(OPTIONS_OF['doctor']).toContain('--fix');
  });

  test('and every exit code of it, as its --help does', () => {
    const codes = Object.values(EXIT).map(String);
    const table = section(guide, 'Rotating by hand').matchAll(/^\| (\d+) +\|/gm);
    expect([...table].map(([, code]) => code)).toEqual(codes);
    const help = EXIT_CODES_HELP.matchAll(/^ {2}(\d+) /gm);
    expect([...help].map(([, code]) => code)).toEqual(codes);
  });
});
