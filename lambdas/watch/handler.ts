import { command } from '../../lib/core/watch/command.ts';
import { noticeEdit } from '../../lib/core/watch/edited.ts';
import { answer } from '../../lib/core/watch/query.ts';
import { watch } from '../../lib/core/watch/watch.ts';
import { defineFunction } from '../../lib/runtime/define-function.ts';
import { watchEnvironment } from '../../lib/runtime/environment.ts';
import { readWatchEvent } from '../../lib/runtime/events.ts';
import { mailboxAccess } from '../../lib/runtime/mailbox-access.ts';

/** The schedule calls this every few minutes, and Secrets Manager when a secret has another version; an operator invokes it with a command or a query. */
export const createHandler = defineFunction(
  'watch',
  watchEnvironment,
  async (input, { ports, configuration }) => {
    const event = readWatchEvent(input);
    switch (event.kind) {
      case 'scheduled':
        return watch(ports, configuration, mailboxAccess);
      case 'label-moved':
        return noticeEdit(ports, configuration, event.moved);
      case 'query':
        return answer(ports, configuration, event.query);
      case 'command':
        return command(ports, configuration, event.command);
    }
  },
);

export const handler = createHandler();
