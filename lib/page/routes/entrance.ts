import type { Context } from 'hono';
import { isLinkId, linkHash } from '../../core/prompt/prompt-link.ts';
import { Redacted } from '../../core/redacted.ts';
import { type Access, isWithinLimits } from '../http/limits.ts';
import type { OpenedLink, PageServices } from '../services.ts';

/**
 * Opens the link of a request. What has not the shape of a link id costs
 * nothing; everything else is counted first, and then costs the same whether the
 * link is valid or not.
 */
export async function enter(
  context: Context,
  services: PageServices,
  access: Access,
): Promise<OpenedLink | { readonly kind: 'too-many' }> {
  const id = context.req.param('id') ?? '';
  if (!isLinkId(id)) return { kind: 'gone' };
  const linkId = Redacted.of(id);
  if (!(await isWithinLimits(services, access, linkHash(linkId)))) return { kind: 'too-many' };
  return services.lookUp(linkId);
}
