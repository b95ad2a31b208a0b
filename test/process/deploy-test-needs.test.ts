import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { demandMachine, MachineLacks } from '../deploy/machine.ts';

/** What the deploy test says on a machine that lacks what its emulator needs. */

const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NEEDED =
  'The deploy test needs Python 3.10 or later with venv and ensurepip, to run an emulator of AWS in';

type Answers = Readonly<Record<string, string>>;

const python = (numbers: readonly number[], lacking: readonly string[] = []) =>
  JSON.stringify({ version: numbers.join('.'), numbers, lacking });

function sentenceOf(commands: Answers): string {
  try {
    return demandMachine((command) => commands[command]).command;
  } catch (error) {
    if (error instanceof MachineLacks) return error.message;
    throw error;
  }
}

const LACKING: readonly (readonly [name: string, commands: Answers, sentence: string])[] = [
  ['no Python', {}, `${NEEDED}; there is none on the PATH.`],
  ['an old Python', { python3: python([3, 9]) }, `${NEEDED}; python3 on the PATH is Python 3.9.`],
  [
    'a Python that cannot install anything',
    { python3: python([3, 12], ['ensurepip']) },
    `${NEEDED}; python3 has no module ensurepip, which is in the package python3-venv of Debian and Ubuntu.`,
  ],
  [
    'no OpenSSL',
    { python3: python([3, 12]) },
    'The deploy test needs the openssl command, with which its emulator makes a certificate.',
  ],
];

test.each(LACKING)('%s', (_name, commands, sentence) => {
  expect(sentenceOf(commands)).toBe(sentence);
});

test('of several, the first that serves', () => {
  const commands = { python3: python([3, 9]), 'python3.12': python([3, 12]), openssl: 'OpenSSL 3' };
  expect(sentenceOf(commands)).toBe('python3.12');
});

describe('without Python', () => {
  const sentence = `${NEEDED}; there is none on the PATH.`;
  const runWith = (environment: Readonly<Record<string, string>>) =>
    spawnSync(process.execPath, ['test/deploy/run.ts'], {
      cwd: PROJECT_ROOT,
      encoding: 'utf8',
      env: { PATH: '/nowhere', ...environment },
    });

  test('it is skipped with the sentence', () => {
    const run = runWith({});
    expect(run.stderr).toContain(`${sentence}\n`);
    expect(JSON.parse(run.stdout)).toEqual({ skipped: sentence });
    expect(run.status).toBe(0);
  });

  test('it fails in CI, with the same sentence', () => {
    const run = runWith({ CI: 'true' });
    expect(run.stderr).toContain(`${sentence}\n`);
    expect(run.status).toBe(1);
  });
});
