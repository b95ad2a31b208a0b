import { type Composition, compose } from './compose.ts';
import type { EnvironmentSchema } from './environment.ts';
import { type FunctionFactory, functionFactory } from './function-factory.ts';

/** A function that rotates: it has all ports and the configuration. */
export function defineFunction<Result>(
  name: string,
  environmentSchema: EnvironmentSchema,
  handle: (event: unknown, composition: Composition) => Promise<Result>,
): FunctionFactory<Result> {
  return functionFactory({ name, environmentSchema, compose, handle });
}
