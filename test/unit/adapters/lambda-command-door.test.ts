import { inspect } from 'node:util';
import { InvokeCommand, type InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import { LambdaCommandDoor } from '../../../lib/adapters/lambda-command-door.ts';
import { CommandNotCarriedOut, type RotationError } from '../../../lib/core/errors.ts';
import { Redacted } from '../../../lib/core/redacted.ts';
import type { Command } from '../../../lib/core/watch/command.ts';
import type { Query } from '../../../lib/core/watch/query.ts';
import { readWatchEvent } from '../../../lib/runtime/events.ts';

const TOKEN = 'Abcdefghijklmnopqrstuvwx';
const PASSWORD = 'pä"ss\\wörd 秘密';
const STATUS = { credential: 'billing' };

type Answering = (signal: AbortSignal) => Promise<Partial<InvokeCommandOutput>>;

function doorThat(answering: Answering, timeoutMilliseconds = 60_000) {
  const asked: InvokeCommand[] = [];
  const client = {
    send: async (command: unknown, options: { abortSignal: AbortSignal }) => {
      if (command instanceof InvokeCommand) asked.push(command);
      return answering(options.abortSignal);
    },
  };
  const door = new LambdaCommandDoor(client as never, { functionName: 'watch', timeoutMilliseconds });
  return { door, asked };
}

function answered(answer: unknown, more: Partial<InvokeCommandOutput> = {}) {
  return doorThat(async () => ({ Payload: Buffer.from(JSON.stringify(answer)) as never, ...more }));
}

function isSame(value: unknown, other: unknown): boolean {
  return value instanceof Redacted && other instanceof Redacted ? value.equals(other) : value === other;
}

async function refused(door: LambdaCommandDoor): Promise<RotationError> {
  const error: unknown = await door.send({ action: 'status', credential: 'billing', by: 'me' }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CommandNotCarriedOut);
  return error as RotationError;
}

describe('a command through the door', () => {
  const commands: readonly Command[] = [
    { action: 'start', credential: 'billing', by: 'me', rotationId: 'r' },
    { action: 'submit-token', credential: 'billing', by: 'me', rotationId: 'r', pasted: Redacted.of(TOKEN) },
    {
      action: 'submit-credential',
      credential: 'billing',
      by: 'me',
      rotationId: 'r',
      password: Redacted.of(PASSWORD),
      pasted: Redacted.of(TOKEN),
    },
  ];

  test.each(commands.map((command) => [command.action, command] as const))(
    '%s arrives as it was sent, values included',
    async (_action, command) => {
      const { door, asked } = answered({ message: 'done', status: STATUS });
      await door.send(command);
      const { FunctionName, InvocationType, Payload } = asked[0]?.input ?? {};
      expect([asked.length, FunctionName, InvocationType]).toEqual([1, 'watch', 'RequestResponse']);
      const read = readWatchEvent(JSON.parse(new TextDecoder().decode(Payload as Uint8Array)));
      expect(read).toEqual({ kind: 'command', command });
      const arrived = read.kind === 'command' ? Object.entries(read.command) : [];
      for (const [name, value] of Object.entries(command)) {
        const other = arrived.find(([known]) => known === name)?.[1] as unknown;
        expect([name, isSame(value, other)]).toEqual([name, true]);
      }
    },
  );

  test('brings the answer back', async () => {
    const outcome = { message: 'done', status: STATUS, submission: { kind: 'accepted' } };
    const { door } = answered(outcome);
    expect(await door.send({ action: 'status', credential: 'billing', by: 'me' })).toEqual(outcome);
  });
});

describe('a query through the door', () => {
  const QUERIES: readonly Query[] = [
    { action: 'fleet', credential: 'billing' },
    { action: 'history', credential: 'billing', limit: 7 },
    { action: 'doctor', credential: 'billing' },
  ];

  test.each(QUERIES)('$action arrives as it was asked', async (query) => {
    const { door, asked } = answered({ message: 'done', rows: [], events: [], findings: [] });
    await door.ask(query);
    const event = JSON.parse(new TextDecoder().decode(asked[0]?.input.Payload as Uint8Array));
    expect(readWatchEvent(event)).toEqual({ kind: 'query', query });
  });

  test('brings the report back', async () => {
    const report = { message: 'done', credential: 'billing', events: [{ message: 'x' }] };
    const query = { action: 'history', credential: 'billing', limit: 1 } as const;
    expect(await answered(report).door.ask(query)).toEqual(report);
  });

  test.each([
    [null],
    [{ message: 'done' }],
    [{ message: 'done', rows: {} }],
    [{ rows: [] }],
    [{ message: 'done', events: [] }],
  ])('takes %j for no answer to a query for the fleet', async (answer) => {
    await expect(answered(answer).door.ask({ action: 'fleet' })).rejects.toThrow(
      'The function gave no answer that is one.',
    );
  });

  test('tells by which fault a function refused a query that it does not know', async () => {
    const fault = { errorType: 'RotationRefused', errorMessage: 'This is no command event.' };
    await expect(
      answered(fault, { FunctionError: 'Unhandled' }).door.ask({ action: 'fleet' }),
    ).rejects.toMatchObject({ fault: 'RotationRefused' });
  });
});

describe('a command that was not carried out', () => {
  test('says what the function says of its own faults', async () => {
    const fault = { errorType: 'UnknownCredential', errorMessage: 'There is no credential "x".' };
    const error = await refused(answered(fault, { FunctionError: 'Unhandled' }).door);
    expect(error.message).toBe('There is no credential "x".');
  });

  test.each([
    [{ errorType: 'TypeError', errorMessage: `cannot read ${TOKEN}` }],
    [{ errorType: 'constructor', errorMessage: TOKEN }],
    [{ errorMessage: TOKEN }],
    ['x'],
  ])('says nothing of what others say, such as %j', async (fault) => {
    const error = await refused(answered(fault, { FunctionError: 'Unhandled' }).door);
    expect(error.message).toBe('The function failed; its log says why.');
  });

  test.each([[null], [{}], [{ message: 'x' }], [[]], [{ status: STATUS }]])(
    'takes %j for no answer',
    async (answer) => {
      expect((await refused(answered(answer).door)).message).toBe('The function gave no answer that is one.');
    },
  );

  test('takes an empty answer for none', async () => {
    expect((await refused(doorThat(async () => ({})).door)).message).toContain('no answer');
  });

  test('keeps the cause, and nothing of what was sent', async () => {
    const cause = new Error('ECONNRESET');
    const { door } = doorThat(async () => {
      throw cause;
    });
    const sent: Command = {
      action: 'submit-token',
      credential: 'billing',
      by: 'me',
      pasted: Redacted.of(TOKEN),
    };
    const error: unknown = await door.send(sent).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommandNotCarriedOut);
    expect((error as Error).cause).toBe(cause);
    expect(inspect(error, { depth: 10 })).not.toContain(TOKEN);
  });

  test('is given up after its time', async () => {
    const { door } = doorThat(
      (signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      1,
    );
    expect((await refused(door)).message).toContain('may have been done');
  });
});
