import type { Context } from 'hono';
import { routePath } from './http/base-path.ts';
import { isLanguage, preferredLanguage } from './language.ts';
import { PagePaths } from './paths.ts';
import type { PageServices } from './services.ts';
import { Words } from './wording/words.ts';

/** One request, as far as every page needs to know it. */
export interface Visit {
  readonly words: Words;
  readonly now: Date;
  /** The paths of the link's page. */
  readonly paths: PagePaths;
  /** The paths of a page that belongs to no link, and so does not tell which one was asked for. */
  readonly nowhere: PagePaths;
}

export function visitOf(context: Context, services: PageServices): Visit {
  const asked = context.req.query('lang');
  const chosen = isLanguage(asked) ? asked : undefined;
  const language = chosen ?? preferredLanguage(context.req.header('Accept-Language'));
  const { base } = routePath(new URL(context.req.url).pathname, services.basePath);
  const now = services.now();
  return {
    words: new Words(language, now),
    now,
    paths: new PagePaths(base, context.req.param('id'), chosen),
    nowhere: new PagePaths(base, undefined, chosen),
  };
}
