import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import type { FunctionFactory, LambdaFunction } from '../runtime/function-factory.ts';
import type { Platform } from '../runtime/platform.ts';

export const FUNCTION_NAMES = ['rotate', 'advance', 'watch', 'mail', 'widget', 'intake'] as const;

export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** The function that carries out commands. */
export const COMMAND_FUNCTION: FunctionName = 'watch';

/**
 * Runs the service's functions in this process, as Lambda would: a handler is
 * loaded by its path, stays warm, and gets nothing but its event and a context.
 */
export class FunctionHost {
  readonly #platform: Platform;
  readonly #root: string;
  readonly #warm = new Map<FunctionName, Promise<LambdaFunction<unknown>>>();

  constructor(platform: Platform, root: string) {
    this.#platform = platform;
    this.#root = root;
  }

  async invoke(name: FunctionName, event: unknown): Promise<unknown> {
    const handler = this.#warm.get(name) ?? this.#load(name);
    this.#warm.set(name, handler);
    return (await handler)(event, contextOf(name));
  }

  /** Ends every warm function, as if its process had died: the next invocation starts from nothing. */
  restart(): void {
    this.#warm.clear();
  }

  async #load(name: FunctionName): Promise<LambdaFunction<unknown>> {
    const path = resolve(this.#root, 'lambdas', name, 'handler.ts');
    const module = (await import(pathToFileURL(path).href)) as { createHandler: FunctionFactory<unknown> };
    return module.createHandler(this.#platform);
  }
}

function contextOf(name: FunctionName): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn(name),
    memoryLimitInMB: '512',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'sandbox',
    getRemainingTimeInMillis: () => 60_000,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

/** The ARN under which the sandbox's Secrets Manager knows a function. */
export function functionArn(name: FunctionName): string {
  return `arn:aws:lambda:eu-central-1:000000000000:function:${name}`;
}
