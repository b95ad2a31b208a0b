import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listen, type RunningServer } from '../../lib/sandbox/http.ts';
import { runSfrotate } from '../support/sandbox-process.ts';

/** What `sfrotate` says before it has sent anything. */

const TOKEN = 'AAAAbbbbCCCCddddEEEE1234';

describe('a token on the command line', () => {
  test.each([
    ['behind the credential', ['token', 'billing', TOKEN]],
    ['in place of the credential', ['token', TOKEN]],
    ['as an option', ['token', 'billing', `--token=${TOKEN}`]],
    ['as an option of one letter', ['token', 'billing', '-t', TOKEN]],
    ['with sfrotate start', ['start', 'billing', TOKEN]],
    ['with --json', ['token', 'billing', TOKEN, '--json']],
  ])('%s is refused with the reason, and not repeated', async (_where, args) => {
    const { code, stdout, stderr } = await runSfrotate(args, TOKEN);
    expect(stdout + stderr).toContain('is never given as an argument');
    expect(stdout + stderr).toContain('history');
    expect(stdout + stderr).not.toContain(TOKEN);
    expect(code).toBe(2);
  });
});

test.each(['token', 'start', 'prompt'])('sfrotate %s --help says how it ends', async (command) => {
  const { code, stdout } = await runSfrotate([command, '--help']);
  for (const text of [
    '--profile',
    '--region',
    '--function',
    '--sandbox',
    '--json',
    'Exit codes:',
    'SFROTATE_FUNCTION',
  ])
    expect(stdout).toContain(text);
  expect(code).toBe(0);
});

describe('nobody to send it to', () => {
  let other: RunningServer;

  beforeAll(async () => {
    other = await listen(createServer((_request, response) => response.end('{"region":"x"}')));
  });

  afterAll(() => other.close());

  test.each([
    ['no Region', [], 4, 'No Region is set.'],
    ['a sandbox elsewhere', ['--sandbox', 'http://sandbox.example:8787'], 2, 'on this machine'],
    ['no sandbox', ['--sandbox', 'http://127.0.0.1:1'], 4, 'No sandbox answers at http://127.0.0.1:1.'],
  ])('%s', async (_what, options, code, sentence) => {
    const run = await runSfrotate(['token', 'billing', ...options], TOKEN);
    expect(run.stderr).toContain(sentence);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(run).toMatchObject({ code, stdout: '' });
  });

  test('something that is no sandbox', async () => {
    const { code, stderr } = await runSfrotate(['token', 'billing', '--sandbox', other.url], TOKEN);
    expect(stderr).toBe(`What answers at ${other.url} is no sandbox of this version.\n`);
    expect(code).toBe(4);
  });

  test('no credential named', async () => {
    const { code, stderr } = await runSfrotate(['token']);
    expect(stderr).toContain("missing required argument 'credential'");
    expect(code).toBe(2);
  });
});
