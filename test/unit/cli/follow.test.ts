import { describe, expect, test } from '@jest/globals';
import { CliError } from '../../../lib/cli/exit-codes.ts';
import { follow } from '../../../lib/cli/follow.ts';
import { swapCourse } from '../../../lib/cli/swap-course.ts';
import type { CommandOutcome } from '../../../lib/core/watch/command.ts';
import type { CredentialStatus } from '../../../lib/core/watch/status.ts';

type Part = Pick<CredentialStatus, 'phase'> & Partial<CredentialStatus>;

function status(part: Part): CredentialStatus {
  return {
    credential: 'billing',
    org: 'prod',
    since: '2026-11-02T08:00:00.000Z',
    waitingFor: { kind: 'secrets-manager', text: 'Secrets Manager, which runs the rotation' },
    attemptsSpent: 0,
    attemptsLeft: 3,
    retirement: { login: 'oauth-password', text: 'It ends.', remedy: 'Move.' },
    ...part,
  };
}

/** Answers each look with the next state. */
async function followed(first: Part, ...next: readonly (Part | Error)[]) {
  const said: string[] = [];
  const states = [...next];
  const send = async (): Promise<CommandOutcome> => {
    const state = states.shift();
    if (state === undefined) throw new Error('nobody looks once more');
    if (state instanceof Error) throw state;
    return { message: '', status: status(state) };
  };
  const end = await follow(swapCourse, { send }, { credential: 'billing', by: 'tester' }, status(first), {
    say: (text) => said.push(text),
    rest: async () => undefined,
  });
  return { ...end, said };
}

describe('what follows an acceptance', () => {
  test('is said step by step until it is done', async () => {
    const { exitCode, text, said } = await followed(
      { phase: 'verified' },
      { phase: 'verified' },
      { phase: 'committing' },
      { phase: 'idle' },
    );
    expect(said.map((line) => line.split(':')[0])).toEqual(['Stage', 'Swap']);
    expect({ exitCode, text }).toEqual({
      exitCode: 0,
      text: 'Done: every integration has the new credential.',
    });
  });

  test('ends where the swap waits for its time', async () => {
    const waitingFor = { kind: 'due-time', text: 'the due time of the swap' } as const;
    expect(await followed({ phase: 'verified', waitingFor })).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('at its due time'),
      said: [],
    });
  });

  test('is a refusal where the rotation is stopped after all', async () => {
    expect(
      await followed(
        { phase: 'verified' },
        { phase: 'blocked', message: 'It is stuck.', remedy: 'Free it.' },
      ),
    ).toMatchObject({ exitCode: 3, text: 'The rotation has stopped. It is stuck. Free it.' });
  });

  test('is still an acceptance where nobody can look any more', async () => {
    expect(await followed({ phase: 'verified' }, new CliError(4, 'No network.'))).toMatchObject({
      exitCode: 0,
      text: 'The swap goes on by itself. Its progress cannot be seen: No network.',
    });
  });
});
