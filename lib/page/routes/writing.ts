import type { Context, Hono } from 'hono';
import { gonePage, type Page, refusedPage, viewPage } from '../answers.ts';
import { answerTo, type FormOutcome } from '../form-answer.ts';
import { type FormFields, type FormReading, readForm } from '../http/form.ts';
import { isFromHere } from '../http/origin.ts';
import type { PageServices, ValidLink } from '../services.ts';
import { pressStart, submit } from '../submit.ts';
import { visitOf } from '../visit.ts';
import { enter } from './entrance.ts';
import { FORM_FIELDS, FORMS, type FormName } from './forms.ts';

/**
 * What changes something. A form that did its work leads back to the page; any
 * other is answered by the page as it stands now, with what went wrong.
 */
export function addWriting(app: Hono, services: PageServices): void {
  for (const form of FORMS) app.post(`/p/:id/${form}`, (context) => answerForm(context, services, form));
}

async function answerForm(context: Context, services: PageServices, name: FormName): Promise<Page> {
  const visit = visitOf(context, services);
  if (!isFromHere(context.req.raw.headers, new URL(context.req.url).host))
    return refusedPage(context, visit, 'cross-site');
  const entered = await enter(context, services, 'write');
  if (entered.kind === 'too-many') return refusedPage(context, visit, 'too-many');
  if (entered.kind === 'gone') return gonePage(context, visit);

  const outcome = await carryOut(services, entered, name, await readForm(context.req.raw, FORM_FIELDS[name]));
  if (outcome.kind === 'accepted') return context.redirect(visit.paths.page, 303);
  const after = await services.lookUp(entered.linkId);
  if (after.kind === 'gone') return gonePage(context, visit);
  const brought = { username: entered.view.username, fields: FORM_FIELDS[name], after: after.view };
  return viewPage(context, visit, after.view, answerTo(visit.words, outcome, brought));
}

async function carryOut(
  { door, warn }: PageServices,
  link: ValidLink,
  name: FormName,
  form: FormReading,
): Promise<FormOutcome> {
  if (form.kind !== 'form') return { kind: form.kind };
  try {
    return await send(door, link, name, form.fields);
  } catch (error) {
    warn('A command of the prompt page was not answered.', error);
    return { kind: 'no-answer' };
  }
}

async function send(
  door: PageServices['door'],
  link: ValidLink,
  name: FormName,
  { token, password }: FormFields,
): Promise<FormOutcome> {
  switch (name) {
    case 'start':
      await pressStart(door, link);
      return { kind: 'accepted' };
    case 'token':
      return submit(door, link, { token });
    case 'credential':
      return submit(door, link, { token, password });
  }
}
