import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { RotationError } from '../core/errors.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import { type EnvironmentSchema, readEnvironment } from './environment.ts';
import { describeFault, observe } from './observability.ts';
import { lambdaPlatform, type Platform } from './platform.ts';

export type LambdaFunction<Result> = (event: unknown, context: Context) => Promise<Result>;

/** A function that can be put on a platform: Lambda by default, the sandbox by its host. */
export type FunctionFactory<Result> = (platform?: Platform) => LambdaFunction<Result>;

/** What makes a handler a function. */
export interface FunctionParts<Environment, Composition, Result> {
  readonly name: string;
  readonly environmentSchema: EnvironmentSchema<Environment>;
  /** Builds what the handler works with besides its event: only what this function needs, because it loads it. */
  readonly compose: (
    functionName: string,
    environment: Environment,
    platform: Platform,
    telemetry: Telemetry,
  ) => Composition;
  readonly handle: (event: unknown, composition: Composition) => Promise<Result>;
}

/**
 * Gives a handler its surroundings: environment, composition, and the middy stack
 * of logger, metrics and tracer. All of it is built at the first invocation, so
 * that loading the module costs nothing and cannot fail.
 */
export function functionFactory<Environment, Composition, Result>(
  parts: FunctionParts<Environment, Composition, Result>,
): FunctionFactory<Result> {
  return (platform = lambdaPlatform) => {
    let stack: LambdaFunction<Result> | undefined;
    return (event, context) => {
      stack ??= buildStack(parts, platform);
      return stack(event, context);
    };
  };
}

function buildStack<Environment, Composition, Result>(
  { name, environmentSchema, compose, handle }: FunctionParts<Environment, Composition, Result>,
  platform: Platform,
): LambdaFunction<Result> {
  const { logger, metrics, tracer, telemetry } = observe(name, platform.console);
  const environment = readEnvironment(environmentSchema, platform.variables);
  const composition = compose(name, environment, platform, telemetry);
  const stack = middy()
    // An event may hold a token or a link, so no variable of the environment may have it logged.
    .use(injectLambdaContext(logger, { resetKeys: true, logEvent: false }))
    .use(logMetrics(metrics, { throwOnEmptyMetrics: false }))
    .use(captureLambdaHandler(tracer, { captureResponse: false }))
    .onError(({ error }) => {
      logger.error('the invocation failed', { fault: describeFault(error) });
      // The runtime prints a thrown error with its cause; ours says what may be said.
      if (error instanceof RotationError) delete error.cause;
    })
    .handler((event: unknown) => handle(event, composition));
  return (event, context) => stack(event, context) as Promise<Result>;
}
