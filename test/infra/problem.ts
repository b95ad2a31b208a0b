import { ConfigurationError } from '../../lib/core/config/load.ts';

/** The sentences of a refusal. */
export function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}
