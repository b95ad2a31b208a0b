import type { Context } from 'hono';
import type { Answer } from './form-answer.ts';
import { RETRY_AFTER_SECONDS } from './http/limits.ts';
import type { ValidView } from './services.ts';
import { mainPart, type PageParts, page } from './view/page.ts';
import { gone, type RefusedReason, refused } from './view/refused.ts';
import { situationOf } from './view/show.ts';
import type { Situation } from './view/situation.ts';
import type { Visit } from './visit.ts';

const GONE = 404;
const REFUSED = { method: 405, 'cross-site': 403, 'too-many': 429, fault: 503 } as const;

export type Page = Response | Promise<Response>;

/** The page of a link, perhaps with what is wrong with what was sent. */
export function viewPage(context: Context, visit: Visit, view: ValidView, answer?: Answer): Page {
  speak(context, visit);
  if (answer?.tryAgainAt !== undefined)
    context.header('Retry-After', secondsUntil(answer.tryAgainAt, visit.now));
  return context.html(page(partsOf(visit, view, answer)), answer?.status ?? 200);
}

/** The part of that page that tells the state. */
export function viewPart(context: Context, visit: Visit, view: ValidView): Page {
  speak(context, visit);
  return context.html(mainPart(partsOf(visit, view)));
}

/** For every link that is not valid, and for every path that there is not. */
export function gonePage(context: Context, visit: Visit): Page {
  speak(context, visit);
  return context.html(page(ofNoLink(visit, gone(visit.words))), GONE);
}

export function gonePart(context: Context, visit: Visit): Page {
  speak(context, visit);
  return context.html(mainPart(ofNoLink(visit, gone(visit.words))), GONE);
}

export function refusedPage(context: Context, visit: Visit, reason: RefusedReason): Page {
  speak(context, visit);
  if (reason === 'too-many' || reason === 'fault') context.header('Retry-After', String(RETRY_AFTER_SECONDS));
  return context.html(page(ofNoLink(visit, refused(visit.words, reason))), REFUSED[reason]);
}

function partsOf(visit: Visit, view: ValidView, answer?: Answer): PageParts {
  const { words, paths, now } = visit;
  const notice = answer?.notice;
  return { words, paths, situation: situationOf(words, view, paths, now, notice), subject: view, notice };
}

function ofNoLink({ words, nowhere: paths }: Visit, situation: Situation): PageParts {
  return { words, paths, situation, subject: undefined };
}

function speak(context: Context, { words }: Visit): void {
  context.header('Content-Language', words.language);
  context.header('Vary', 'Accept-Language, Accept-Encoding');
}

function secondsUntil(iso: string, now: Date): string {
  return String(Math.max(1, Math.ceil((Date.parse(iso) - now.getTime()) / 1_000)));
}
