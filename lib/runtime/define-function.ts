import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { RotationError } from '../core/errors.ts';
import { type Composition, compose } from './compose.ts';
import { type EnvironmentSchema, readEnvironment } from './environment.ts';
import { describeFault, observe } from './observability.ts';
import { lambdaPlatform, type Platform } from './platform.ts';

export type LambdaFunction<Result> = (event: unknown, context: Context) => Promise<Result>;

/** A function that can be put on a platform: Lambda by default, the sandbox by its host. */
export type FunctionFactory<Result> = (platform?: Platform) => LambdaFunction<Result>;

/**
 * Gives a handler its surroundings: environment, ports, configuration, and the
 * middy stack of logger, metrics and tracer. All of it is built at the first
 * invocation, so that loading the module costs nothing and cannot fail.
 */
export function defineFunction<Result>(
  name: string,
  environmentSchema: EnvironmentSchema,
  handle: (event: unknown, composition: Composition) => Promise<Result>,
): FunctionFactory<Result> {
  return (platform = lambdaPlatform) => {
    let stack: LambdaFunction<Result> | undefined;
    return (event, context) => {
      stack ??= buildStack(name, environmentSchema, handle, platform);
      return stack(event, context);
    };
  };
}

function buildStack<Result>(
  name: string,
  environmentSchema: EnvironmentSchema,
  handle: (event: unknown, composition: Composition) => Promise<Result>,
  platform: Platform,
): LambdaFunction<Result> {
  const { logger, metrics, tracer, telemetry } = observe(name, platform.console);
  const composition = compose(
    name,
    readEnvironment(environmentSchema, platform.variables),
    platform,
    telemetry,
  );
  const stack = middy()
    .use(injectLambdaContext(logger, { resetKeys: true }))
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
