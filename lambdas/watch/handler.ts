import { command } from '../../lib/core/watch/command.ts';
import { watch } from '../../lib/core/watch/watch.ts';
import { defineFunction } from '../../lib/runtime/define-function.ts';
import { watchEnvironment } from '../../lib/runtime/environment.ts';
import { readWatchEvent } from '../../lib/runtime/events.ts';
import { mailboxAccess } from '../../lib/runtime/mailbox-access.ts';

/** The schedule calls this every few minutes; an operator invokes it with a command. */
export const createHandler = defineFunction(
  'watch',
  watchEnvironment,
  async (input, { ports, configuration }) => {
    const event = readWatchEvent(input);
    return event.kind === 'scheduled'
      ? watch(ports, configuration, mailboxAccess)
      : command(ports, configuration, event.command);
  },
);

export const handler = createHandler();
