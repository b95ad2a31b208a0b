import { advanceAll } from '../../lib/core/reconcile/advance-all.ts';
import { defineFunction } from '../../lib/runtime/define-function.ts';
import { advanceEnvironment } from '../../lib/runtime/environment.ts';
import { readPokes } from '../../lib/runtime/events.ts';

/** SQS calls this with pokes; a poke that failed is delivered again, and in the end to the dead-letter queue. */
export const createHandler = defineFunction(
  'advance',
  advanceEnvironment,
  async (event, { ports, configuration }) => {
    const failed = await advanceAll(ports, configuration, readPokes(event));
    return { batchItemFailures: failed.map((messageId) => ({ itemIdentifier: messageId })) };
  },
);

export const handler = createHandler();
