/** The path of a request, split where the page begins. */
export interface RoutedPath {
  /** What stands before the page's own routes; empty at the root. */
  readonly base: string;
  readonly path: string;
}

/**
 * The page may be reached below a path of a domain of yours and at the root of
 * the function's own URL, at the same time.
 *
 * @param basePath Such as `/rotation`, or empty.
 */
export function routePath(pathname: string, basePath: string): RoutedPath {
  return basePath !== '' && pathname.startsWith(`${basePath}/`)
    ? { base: basePath, path: pathname.slice(basePath.length) }
    : { base: '', path: pathname };
}
