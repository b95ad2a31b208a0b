import { receiveTokenMails } from '../../lib/core/intake/receive-token-mails.ts';
import { composeMail } from '../../lib/runtime/compose-mail.ts';
import { mailEnvironment } from '../../lib/runtime/environment.ts';
import { readMailEvent } from '../../lib/runtime/events.ts';
import { functionFactory } from '../../lib/runtime/function-factory.ts';

/** SES delivers a received mail here; one that could not be judged yet is delivered again. */
export const createHandler = functionFactory({
  name: 'mail',
  environmentSchema: mailEnvironment,
  compose: composeMail,
  handle: async (event, { ports, configuration, intake, bucket }) =>
    receiveTokenMails(ports, configuration, intake, readMailEvent(event, bucket)),
});

export const handler = createHandler();
