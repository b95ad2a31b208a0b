import type { Hono } from 'hono';
import { gonePage, gonePart, type Page, refusedPage, viewPage, viewPart } from '../answers.ts';
import { findAsset } from '../assets/assets.ts';
import type { PageServices } from '../services.ts';
import { visitOf } from '../visit.ts';
import { enter } from './entrance.ts';
import { FORMS } from './forms.ts';

const ASSET_LIFETIME = 'public, max-age=31536000, immutable';

/** What only shows. Nothing here sends a command: mail scanners and previews open every link. */
export function addReading(app: Hono, services: PageServices): void {
  app.get('/p/:id', async (context): Promise<Page> => {
    const visit = visitOf(context, services);
    const entered = await enter(context, services, 'read');
    switch (entered.kind) {
      case 'valid':
        return viewPage(context, visit, entered.view);
      case 'gone':
        return gonePage(context, visit);
      case 'too-many':
        return refusedPage(context, visit, 'too-many');
    }
  });

  app.get('/p/:id/progress', async (context): Promise<Page> => {
    const visit = visitOf(context, services);
    const entered = await enter(context, services, 'read');
    switch (entered.kind) {
      case 'valid':
        return viewPart(context, visit, entered.view);
      case 'gone':
        return gonePart(context, visit);
      case 'too-many':
        return refusedPage(context, visit, 'too-many');
    }
  });

  // A form that came back with a problem stands at the form's own address, where a browser may look again.
  for (const form of FORMS)
    app.get(`/p/:id/${form}`, (context) => context.redirect(visitOf(context, services).paths.page, 303));
}

/** Named by their content, the same for everybody, so they may be kept. */
export function addAssets(app: Hono): void {
  app.get('/assets/:file', async (context, next) => {
    const asset = findAsset(context.req.param('file'));
    if (asset === undefined) return next();
    return context.body(asset.content, 200, {
      'Content-Type': asset.contentType,
      'Cache-Control': ASSET_LIFETIME,
    });
  });
}
