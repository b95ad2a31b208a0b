import type { Context, MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import { Hono } from 'hono/tiny';
import { gonePage, refusedPage } from './answers.ts';
import { routePath } from './http/base-path.ts';
import { withHeaders } from './http/headers.ts';
import { addAssets, addReading } from './routes/reading.ts';
import { addWriting } from './routes/writing.ts';
import type { PageServices } from './services.ts';
import { visitOf } from './visit.ts';

/**
 * The prompt page as an app that answers requests, the same wherever it runs.
 * Every answer has the same headers; what is no route of the page is answered
 * as a link that is not valid.
 */
export function createPage(services: PageServices): Hono {
  const app = new Hono({
    getPath: (request) => routePath(new URL(request.url).pathname, services.basePath).path,
  });
  const refuseMethod = (context: Context, allowed: string) => {
    context.header('Allow', allowed);
    return refusedPage(context, visitOf(context, services), 'method');
  };
  const onlyKnownMethods: MiddlewareHandler = async (context, next) =>
    ['GET', 'HEAD', 'POST'].includes(context.req.method) ? next() : refuseMethod(context, 'GET, HEAD, POST');

  app.use(compress(), withHeaders, onlyKnownMethods);
  addAssets(app);
  addReading(app, services);
  addWriting(app, services);
  for (const path of ['/assets/:file', '/p/:id', '/p/:id/progress'])
    app.post(path, (context) => refuseMethod(context, 'GET, HEAD'));
  app.notFound((context) => gonePage(context, visitOf(context, services)));
  app.onError((error, context) => {
    services.warn('The prompt page could not answer a request.', error);
    return refusedPage(context, visitOf(context, services), 'fault');
  });
  return app;
}
