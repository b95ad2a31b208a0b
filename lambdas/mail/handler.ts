import { receiveTokenMails } from '../../lib/core/intake/receive-token-mails.ts';
import { defineFunction } from '../../lib/runtime/define-function.ts';
import { mailEnvironment } from '../../lib/runtime/environment.ts';
import { readMailEvent } from '../../lib/runtime/events.ts';
import { mailReader } from '../../lib/runtime/mail-reader.ts';

/** SES delivers a received mail here; one that could not be judged yet is delivered again. */
export const createHandler = defineFunction(
  'mail',
  mailEnvironment,
  async (event, { ports, configuration }) =>
    receiveTokenMails(ports, configuration, mailReader, readMailEvent(event)),
);

export const handler = createHandler();
