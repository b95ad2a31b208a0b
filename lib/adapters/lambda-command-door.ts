import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as faults from '../core/errors.ts';
import type { OperatorDoor } from '../core/ports/command-door.ts';
import { Redacted } from '../core/redacted.ts';
import type { Command, CommandOutcome } from '../core/watch/command.ts';
import type { Query, Reports } from '../core/watch/query.ts';

const { CommandNotCarriedOut } = faults;

export interface CommandDoorOptions {
  /** Name or ARN of the function that carries out commands. */
  readonly functionName: string;
  /** How long an answer is waited for. The function goes on without anybody who waits. */
  readonly timeoutMilliseconds: number;
}

/**
 * Commands as invocations of a Lambda function that wait for its answer. What
 * is in a command is in that one request and in nothing else.
 */
export class LambdaCommandDoor implements OperatorDoor {
  readonly #client: Pick<LambdaClient, 'send'>;
  readonly #options: CommandDoorOptions;

  constructor(client: Pick<LambdaClient, 'send'>, options: CommandDoorOptions) {
    this.#client = client;
    this.#options = options;
  }

  async send(command: Command): Promise<CommandOutcome> {
    const answer = await this.#answerTo(withValues(command));
    if (!isOutcome(answer)) throw new CommandNotCarriedOut('The function gave no answer that is one.');
    return answer;
  }

  async ask<Asked extends Query>(query: Asked): Promise<Reports[Asked['action']]> {
    const answer = await this.#answerTo({ ...query });
    if (!isReport(answer, query)) throw new CommandNotCarriedOut('The function gave no answer that is one.');
    return answer;
  }

  async #answerTo(asked: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { FunctionError, Payload } = await this.#invoke(asked);
    const answer = parse(Payload);
    if (FunctionError !== undefined) throw failureOf(answer);
    return answer;
  }

  async #invoke(asked: Readonly<Record<string, unknown>>) {
    const { functionName, timeoutMilliseconds } = this.#options;
    try {
      return await this.#client.send(
        new InvokeCommand({
          FunctionName: functionName,
          InvocationType: 'RequestResponse',
          Payload: new TextEncoder().encode(JSON.stringify(asked)),
        }),
        { abortSignal: AbortSignal.timeout(timeoutMilliseconds) },
      );
    } catch (cause) {
      throw new CommandNotCarriedOut(
        `The function "${functionName}" gave no answer, or could not be asked. What was asked for may have been done.`,
        { cause },
      );
    }
  }
}

/** Redacted values as themselves: how they travel. */
function withValues(command: Command): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(command).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Redacted ? value.reveal() : value,
    ]),
  );
}

function parse(payload: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
}

function isOutcome(answer: unknown): answer is CommandOutcome {
  return hasText(answer, 'message') && 'status' in answer;
}

/** Where a report has what was asked for. */
const LISTS: { readonly [Action in Query['action']]: keyof Reports[Action] } = {
  fleet: 'rows',
  history: 'events',
  doctor: 'findings',
};

function isReport<Asked extends Query>(
  answer: unknown,
  { action }: Asked,
): answer is Reports[Asked['action']] {
  const list: PropertyKey = LISTS[action];
  return (
    hasText(answer, 'message') && Array.isArray((answer as Readonly<Record<PropertyKey, unknown>>)[list])
  );
}

/** What a function says of its own faults may be shown; what it says of others' may hold anything. */
function failureOf(answer: unknown): InstanceType<typeof CommandNotCarriedOut> {
  const isOurs = hasText(answer, 'errorType') && Object.hasOwn(faults, answer.errorType);
  return isOurs && hasText(answer, 'errorMessage')
    ? new CommandNotCarriedOut(answer.errorMessage, { fault: answer.errorType })
    : new CommandNotCarriedOut('The function failed; its log says why.');
}

function hasText<Name extends string>(value: unknown, name: Name): value is Readonly<Record<Name, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Record<string, unknown>)[name] === 'string'
  );
}
