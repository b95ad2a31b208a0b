import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
/** In the published package this file is compiled, in `dist`, and bundles the sources beside it all the same. */
const isCompiled = import.meta.url.endsWith('.js');
const PROJECT_ROOT = fileURLToPath(new URL(isCompiled ? '../../..' : '../..', import.meta.url));
const SHIMS = join(PROJECT_ROOT, 'lib/infra/shims');

/** Name of the configuration file inside a bundle; the value of the function's `ROTATION_CONFIG`. */
export const BUNDLED_CONFIGURATION = 'rotation.config.json';

/**
 * How handlers become bundles, for the deployment, the tests and the benchmark
 * alike. It differs from CDK's `NodejsFunction`, which cannot split:
 *
 * - `--splitting`: what is imported dynamically (jsforce, the messaging clients,
 *   the SDK's credential providers) lies in files of its own, which a function
 *   that does not need them neither reads nor compiles.
 * - Whitespace and syntax are minified, names are not: the logs say
 *   `RotationNotPrepared`, and a stack trace can be read without a source map.
 * - Node's `http` is required, not imported: an import reads all its exports, the
 *   lazy ones among them, and so loads the whole of fetch, which nothing uses.
 */
const ESBUILD_OPTIONS: readonly string[] = [
  '--bundle',
  '--platform=node',
  '--target=node24',
  '--format=esm',
  '--splitting',
  '--entry-names=index',
  '--out-extension:.js=.mjs',
  '--main-fields=module,main',
  '--minify-whitespace',
  '--minify-syntax',
  `--alias:node:http=${join(SHIMS, 'http.cjs')}`,
  `--alias:node:https=${join(SHIMS, 'https.cjs')}`,
  '--log-level=warning',
  // jsforce and the X-Ray SDK are CommonJS and require Node's own modules.
  "--banner:js=import { createRequire as createRequireOfModule } from 'node:module'; const require = createRequireOfModule(import.meta.url);",
];

export interface BundleOptions {
  /** Path of the handler's source file; relative ones start at the project's root. */
  readonly handler: string;
  /** Where `index.mjs` and its chunks go. Created if it does not exist. */
  readonly outputDirectory: string;
  /**
   * Where esbuild writes what went into which file.
   *
   * @default it is not written
   * @see https://esbuild.github.io/api/#metafile
   */
  readonly metafile?: string;
}

/** Path of a function's handler, by the name of the function. */
export function handlerOf(functionName: string): string {
  return join(PROJECT_ROOT, 'lambdas', functionName, 'handler.ts');
}

/**
 * Bundles one handler with the project's own esbuild; needs neither Docker nor a network.
 *
 * @throws Error when esbuild fails; it has printed the reason on standard error.
 */
export function bundleHandler(options: BundleOptions): void {
  const { handler, outputDirectory, metafile } = options;
  mkdirSync(outputDirectory, { recursive: true });
  execFileSync(
    require.resolve('esbuild/bin/esbuild'),
    [
      handler,
      ...ESBUILD_OPTIONS,
      `--outdir=${outputDirectory}`,
      ...(metafile === undefined ? [] : [`--metafile=${metafile}`]),
    ],
    { cwd: PROJECT_ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
  );
}
