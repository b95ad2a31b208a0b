/** Where a REST path leads. */
export type RestRoute =
  | { readonly kind: 'versions' }
  | { readonly kind: 'resources' | 'query' | 'limits'; readonly version: string }
  | { readonly kind: 'password'; readonly version: string; readonly userId: string }
  | { readonly kind: 'record'; readonly version: string; readonly object: string; readonly id: string };

/** The methods that each kind of resource has. */
export const METHODS: Readonly<Record<RestRoute['kind'], readonly string[]>> = {
  versions: ['GET'],
  resources: ['GET'],
  query: ['GET'],
  limits: ['GET'],
  password: ['GET', 'HEAD', 'POST', 'DELETE'],
  record: ['GET', 'PATCH'],
};

/** Reads a path below `/services/data`; `undefined` for one that leads nowhere. */
export function restRoute(path: string): RestRoute | undefined {
  const found = /^\/services\/data(?:\/(.*))?$/.exec(path);
  if (found === null) return undefined;
  const [first, ...rest] = (found[1] ?? '').replace(/\/$/, '').split('/');
  if (first === undefined || first === '') return { kind: 'versions' };
  const version = /^v(\d+\.\d)$/.exec(first)?.[1];
  if (version === undefined) return undefined;
  const [resource, object, id, part] = rest;
  switch (rest.length) {
    case 0:
      return { kind: 'resources', version };
    case 1:
      return resource === 'query' || resource === 'limits' ? { kind: resource, version } : undefined;
    case 3:
      if (resource !== 'sobjects' || object === undefined || id === undefined) return undefined;
      return { kind: 'record', version, object, id };
    case 4:
      if (resource !== 'sobjects' || object !== 'User' || id === undefined) return undefined;
      return part === 'password' ? { kind: 'password', version, userId: id } : undefined;
    default:
      return undefined;
  }
}
