import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FUNCTION_NAMES } from '../../lib/infra/bundle-limits.ts';
import { PROJECT_ROOT } from './example.ts';

/**
 * What `npm pack` packs, as somebody's CDK app finds it after installing it: only
 * the files of the package, and of `node_modules` only what it depends on, and
 * what it leaves to the app.
 */

const PACKAGE = 'salesforce-credential-rotation';

const APP = `
import { App, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { type CredentialProps, SalesforceRotation } from '${PACKAGE}';

const app = new App({ outdir: process.argv[2] ?? 'cdk.out' });
const stack = new Stack(app, 'Service');
const rotation = new SalesforceRotation(stack, 'SalesforceRotation');
rotation.addOrg('prod', {
  loginUrl: 'https://acme.my.salesforce.com',
  connection: { kind: 'client-credentials', secret: 'salesforce/prod/rotator' },
});
const billing: CredentialProps = {
  org: 'prod',
  secret: new Secret(stack, 'Billing'),
  schedule: { every: '30 days' },
  token: { sources: ['mailbox', 'operator'] },
};
rotation.addCredential('billing', billing).addIntegration({ secret: 'etl', format: 'airflow-uri' });
// @ts-expect-error the format is misspelt: the declarations say what there is
rotation.addCredential('worker', { org: 'prod', secret: 'w', integrations: [{ secret: 'x', format: 'airflow-url' }] });
app.synth();
`;

/** As \`cdk init\` makes it. */
const TSCONFIG = {
  compilerOptions: {
    strict: true,
    module: 'nodenext',
    target: 'es2022',
    types: ['node'],
    noEmit: true,
    skipLibCheck: true,
  },
  include: ['app.ts'],
};

let consumer: string;
let packed: readonly string[];
beforeAll(() => {
  const directory = mkdtempSync(join(tmpdir(), 'sfrotate-package-'));
  consumer = join(directory, 'consumer');
  const copy = join(directory, 'copy');
  for (const name of ['.config', '.npmrc', 'docs', 'lambdas', 'lib', 'package.json', 'tsconfig.json'])
    cpSync(join(PROJECT_ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(copy, 'node_modules'));
  packed = pack(copy, join(consumer, 'node_modules', PACKAGE));
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  writeFileSync(join(consumer, 'app.ts'), APP);
}, 120_000);
afterAll(() => rmSync(dirname(consumer), { recursive: true, force: true }));

/** Packs the package and unpacks it where it would be installed, beside what it depends on. */
function pack(source: string, target: string): readonly string[] {
  const run = spawnSync('npm', ['pack', '--json'], { cwd: source, encoding: 'utf8' });
  const [{ filename, files }] = JSON.parse(run.stdout) as [
    { filename: string; files: readonly { path: string }[] },
  ];
  mkdirSync(target, { recursive: true });
  spawnSync('tar', ['-xzf', join(source, filename), '--strip-components=1', '-C', target]);
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  for (const name of Object.keys({ ...dependencies, ...peerDependencies, '@types/node': '' })) {
    const link = join(consumer, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(PROJECT_ROOT, 'node_modules', name), link);
  }
  return files.map(({ path }) => path);
}

function inConsumer(command: string, ...parameters: readonly string[]) {
  return spawnSync(command, parameters, { cwd: consumer, encoding: 'utf8' });
}

describe('the package', () => {
  test('has the constructs with declarations, and the sources of what they bundle', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'dist/lib/index.d.ts',
        'dist/lib/index.js',
        'lambdas/rotate/handler.ts',
        'lib/runtime/compose.ts',
        'lib/infra/shims/http.cjs',
      ]),
    );
    expect(packed.filter((path) => /^(test|bin|lib\/sandbox)\//.test(path))).toEqual([]);
  });

  test('leaves the CDK to the app: with two of them, the constructs of one are strangers to the other', () => {
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(join(consumer, 'node_modules', PACKAGE, 'package.json'), 'utf8'),
    );
    expect(Object.keys(peerDependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
    expect(Object.keys(dependencies)).not.toEqual(expect.arrayContaining(['aws-cdk-lib']));
    expect(Object.keys(dependencies)).not.toEqual(expect.arrayContaining(['constructs']));
  });

  test('type-checks in an app that uses it, and refuses what is misspelt', () => {
    const tsc = join(PROJECT_ROOT, 'node_modules/.bin/tsc');
    expect(inConsumer(tsc, '--project', '.').stdout).toBe('');
  }, 60_000);

  test('synthesizes, with the handlers bundled from it', () => {
    const app = join(consumer, 'app.ts');
    writeFileSync(app, readFileSync(app, 'utf8').replace(/^.*airflow-url.*$/m, ''));
    const run = inConsumer(process.execPath, 'app.ts', 'out');
    expect(run.stderr.match(/^Bundling asset .*\n/gm)).toHaveLength(FUNCTION_NAMES.length);
    expect(run.stderr.replaceAll(/^Bundling asset .*\n/gm, '')).toBe('');
    expect(run.status).toBe(0);
    const assets = readdirSync(join(consumer, 'out')).filter((name) => name.startsWith('asset.'));
    expect(assets).toHaveLength(FUNCTION_NAMES.length);
    for (const asset of assets) expect(readdirSync(join(consumer, 'out', asset))).toContain('index.mjs');
  }, 60_000);
});
