import { SecretsManagerException } from './exceptions.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

/**
 * Cuts one page out of a list. The token names the last item given out, so
 * that a list which grows meanwhile neither repeats nor skips an old item.
 *
 * @throws InvalidNextTokenException when the token isn't one of this list's.
 */
export function pageOf<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  request: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  defaultSize: number,
): Page<Item> {
  const start = request.NextToken === undefined ? 0 : afterToken(items, idOf, request.NextToken);
  const end = start + (request.MaxResults ?? defaultSize);
  const page = items.slice(start, end);
  const last = page.at(-1);
  const more = end < items.length && last !== undefined;
  return { items: page, nextToken: more ? encode(idOf(last)) : undefined };
}

function afterToken<Item>(items: readonly Item[], idOf: (item: Item) => string, token: string): number {
  const found = items.findIndex((item) => encode(idOf(item)) === token);
  if (found >= 0) return found + 1;
  throw new SecretsManagerException('InvalidNextTokenException', 'The NextToken value is invalid.');
}

function encode(id: string): string {
  return Buffer.from(id, 'utf8').toString('base64url');
}
