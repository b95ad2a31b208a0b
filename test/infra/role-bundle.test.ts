import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleHandler, handlerOf } from '../../lib/infra/bundle.ts';

interface Output {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
}

let directory: string;
let outputs: ReadonlyMap<string, Output>;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sfrotate-role-bundle-'));
  const metafile = join(directory, 'metafile.json');
  bundleHandler({ handler: handlerOf('rotate'), outputDirectory: join(directory, 'rotate'), metafile });
  const read = JSON.parse(readFileSync(metafile, 'utf8')) as { outputs: Record<string, Output> };
  outputs = new Map(Object.entries(read.outputs).map(([path, output]) => [basename(path), output]));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The files that are loaded with a file, before anything in them is used. */
function loadedWith(file: string, loaded = new Set<string>()): ReadonlySet<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  for (const { path, kind, external } of outputs.get(file)?.imports ?? [])
    if (kind === 'import-statement' && !external) loadedWith(basename(path), loaded);
  return loaded;
}

/** The files that hold a part of something. */
function filesWith(part: string): readonly string[] {
  return [...outputs]
    .filter(([, { inputs }]) => Object.keys(inputs).some((input) => input.includes(part)))
    .map(([file]) => file);
}

describe('in the bundle of a function', () => {
  test.each([
    'lib/adapters/temporary-credentials.ts',
    '@aws-sdk/credential-providers/dist-es/fromTemporaryCredentials',
    '@aws-sdk/nested-clients/dist-es/submodules/sts/STSClient',
  ])('%s is not loaded until a role is assumed', (part) => {
    const loaded = loadedWith('index.mjs');
    expect(filesWith(part)).not.toEqual([]);
    expect(filesWith(part).filter((file) => loaded.has(file))).toEqual([]);
  });

  test('no other credential provider of the package is loaded with it', () => {
    const [file = ''] = filesWith('lib/adapters/temporary-credentials.ts');
    expect(filesWith('cognito-identity').filter((other) => loadedWith(file).has(other))).toEqual([]);
  });
});
