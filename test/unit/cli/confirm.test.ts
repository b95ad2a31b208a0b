import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { confirmed } from '../../../lib/cli/confirm.ts';

function terminal(isTTY: boolean) {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stderr = new PassThrough();
  return { stdin, stderr };
}

describe('a person who is asked', () => {
  test.each([
    ['y', true],
    ['YES', true],
    [' yes ', true],
    ['', false],
    ['n', false],
    ['yesterday', false],
  ])('and answers %j', async (line, answer) => {
    const { stdin, stderr } = terminal(true);
    const asked = confirmed('Rotate "billing"?', { stdin, stderr });
    stdin.write(`${line}\n`);
    expect(await asked).toBe(answer);
    expect(String(stderr.read())).toContain('Rotate "billing"? [y/N]');
  });

  test('and closes the input has not agreed', async () => {
    const { stdin, stderr } = terminal(true);
    const asked = confirmed('Rotate?', { stdin, stderr });
    stdin.end();
    expect(await asked).toBe(false);
  });
});

test('without a terminal nobody is asked, and nothing is taken for a yes', async () => {
  const { stdin, stderr } = terminal(false);
  stdin.write('y\n');
  await expect(confirmed('Rotate?', { stdin, stderr })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('--yes'),
  });
  expect(stderr.read()).toBeNull();
});
