import { defineIntake } from '../../lib/runtime/define-intake.ts';
import { readHttpRequest, writeHttpAnswer } from '../../lib/runtime/http-event.ts';

/** The prompt page: a function URL or an HTTP API calls this for every request of a browser. */
export const createHandler = defineIntake(async (event, { page }) =>
  writeHttpAnswer(await page.fetch(readHttpRequest(event))),
);

export const handler = createHandler();
