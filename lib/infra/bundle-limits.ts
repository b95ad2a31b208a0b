import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The functions of the service, each with the most bytes that its bundle may
 * have, without the configuration: some 15 % more than it has now. A function is
 * deployed by its name here, so that none goes without a limit.
 *
 * A bundle that grows makes every cold start longer, and it grows unseen: one
 * import of a package instead of one of its files is enough.
 */
export const BUNDLE_LIMIT_BYTES = {
  rotate: 2_600_000,
  advance: 2_650_000,
  watch: 4_550_000,
  mail: 3_400_000,
  widget: 1_140_000,
  intake: 1_530_000,
} as const;

export type FunctionName = keyof typeof BUNDLE_LIMIT_BYTES;

export const FUNCTION_NAMES = Object.keys(BUNDLE_LIMIT_BYTES) as readonly FunctionName[];

/** A bundle that outgrew its limit; names the function. */
export class BundleTooLarge extends Error {
  override readonly name = 'BundleTooLarge';
}

/** Bytes of all files in the folder of a bundle. */
export function bundleBytes(directory: string): number {
  return readdirSync(directory)
    .map((file) => statSync(join(directory, file)).size)
    .reduce((sum, size) => sum + size, 0);
}

/**
 * @param directory Folder with the bundle of the function, and nothing else.
 * @throws BundleTooLarge when the files have more bytes than the limit.
 */
export function requireWithinLimit(
  name: FunctionName,
  directory: string,
  limitBytes: number = BUNDLE_LIMIT_BYTES[name],
): void {
  const bytes = bundleBytes(directory);
  if (bytes <= limitBytes) return;
  throw new BundleTooLarge(
    `The bundle of the ${name} function has ${bytes} bytes, more than its limit of ${limitBytes}: ` +
      `look at what its handler came to import (\`npx esbuild lambdas/${name}/handler.ts --bundle --platform=node --main-fields=module,main --outfile=/dev/null --analyze\` lists it by size), ` +
      'and raise the limit in lib/infra/bundle-limits.ts only if the function needs all of it.',
  );
}
