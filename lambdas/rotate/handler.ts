import { rotate } from '../../lib/core/commit/rotate.ts';
import { defineFunction } from '../../lib/runtime/define-function.ts';
import { rotateEnvironment } from '../../lib/runtime/environment.ts';
import { readRotationEvent } from '../../lib/runtime/events.ts';

/** Secrets Manager calls this once per step of a rotation. */
export const createHandler = defineFunction(
  'rotate',
  rotateEnvironment,
  async (event, { ports, configuration }) => {
    await rotate(ports, configuration, readRotationEvent(event));
  },
);

export const handler = createHandler();
