import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { secretPlaceholder } from '../../lib/core/config/references.ts';
import { BUNDLED_CONFIGURATION, bundleHandler, handlerOf } from '../../lib/infra/bundle.ts';
import { EXAMPLE_FILE } from './example.ts';

const ROTATING = ['rotate', 'advance', 'watch', 'mail'];
const FUNCTIONS = [...ROTATING, 'widget'];

/** Imports a bundle and says what it exports and which of its files were loaded. */
const IMPORT = `
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
const loaded = [];
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
const { handler } = await import(pathToFileURL(process.argv[1]).href);
const builtin = process.moduleLoadList;
process.stdout.write(JSON.stringify({ handler: typeof handler, loaded, builtin }));
`;

/** Invokes a bundle, and says what it returned or how it refused. */
const INVOKE = `
import { pathToFileURL } from 'node:url';
const { handler } = await import(pathToFileURL(process.argv[1]).href);
const said = await handler(JSON.parse(process.argv[2]), { awsRequestId: 'r', functionName: 'f' }).catch((error) => error);
process.stderr.write(said instanceof Error ? said.name + ': ' + said.message : String(said));
process.exit(0);
`;

/** As Lambda sets it, with tracing on. */
const LAMBDA_ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  AWS_LAMBDA_FUNCTION_NAME: 'f',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
  _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1',
  LEDGER_TABLE: 'ledger',
  QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111122223333/pokes',
  TOPIC_ARN: 'arn:aws:sns:eu-central-1:111122223333:rotation',
  WATCH_FUNCTION_ARN: 'arn:aws:lambda:eu-central-1:111122223333:function:watch',
};

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>;
}

/** Outside the repository, so that nothing can be found in its node_modules. */
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sfrotate-bundle-'));
  for (const name of FUNCTIONS) {
    bundleHandler({
      handler: handlerOf(name),
      outputDirectory: join(directory, name),
      metafile: join(directory, `${name}.json`),
    });
    copyFileSync(EXAMPLE_FILE, join(directory, name, BUNDLED_CONFIGURATION));
  }
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function inNode(script: string, env: Record<string, string>, ...parameters: string[]) {
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script, ...parameters], {
    cwd: directory,
    env,
    encoding: 'utf8',
  });
}

interface Imported {
  readonly handler: string;
  readonly loaded: readonly string[];
  readonly builtin: readonly string[];
}

function importIt(name: string): Imported {
  const { stdout, stderr } = inNode(IMPORT, {}, join(directory, name, 'index.mjs'));
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** Files of a bundle that hold a part of a package. */
function filesWith(name: string, packageName: string): string[] {
  const { outputs } = JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8')) as Metafile;
  return Object.entries(outputs)
    .filter(([, { inputs }]) =>
      Object.keys(inputs).some((input) => input.includes(`node_modules/${packageName}/`)),
    )
    .map(([path]) => basename(path));
}

describe.each(FUNCTIONS)('the bundle of %s', (name) => {
  test('is imported by a bare Node process and exports a handler', () => {
    expect(importIt(name).handler).toBe('function');
  });

  test("uses Node's http without loading fetch", () => {
    const { builtin } = importIt(name);
    expect(builtin).toContain('NativeModule http');
    expect(builtin).not.toContain('NativeModule internal/deps/undici/undici');
  });
});

describe.each(ROTATING)('the bundle of %s', (name) => {
  test.each(['jsforce', '@aws-sdk/client-sns', '@aws-sdk/client-eventbridge', '@aws-sdk/client-sqs'])(
    'has %s in it, and does not load it until it is used',
    (packageName) => {
      const files = filesWith(name, packageName);
      const loaded = importIt(name).loaded.map((url) => basename(url));
      expect(files).not.toEqual([]);
      expect(loaded).toContain('index.mjs');
      expect(loaded.filter((file) => files.includes(file))).toEqual([]);
    },
  );

  test('runs: it reads its environment and configuration, and refuses what is no event of its own', () => {
    const { stderr } = inNode(
      INVOKE,
      { ...LAMBDA_ENVIRONMENT, LAMBDA_TASK_ROOT: join(directory, name) },
      join(directory, name, 'index.mjs'),
      JSON.stringify({ action: 'nonsense' }),
    );
    // The name shows that minifying left the classes' names alone, which the logs show.
    expect(stderr).toMatch(/^RotationRefused: This is no \w+ event\./m);
  });
});

describe('the bundle of the widget', () => {
  test.each([
    'jsforce',
    '@aws-sdk/client-secrets-manager',
    '@aws-sdk/client-sqs',
    '@aws-sdk/client-sns',
    '@aws-sdk/client-eventbridge',
  ])('has nothing of %s', (packageName) => {
    expect(filesWith('widget', packageName)).toEqual([]);
  });

  test('runs: it reads its environment and configuration, and has its documentation', () => {
    const { stderr } = inNode(
      INVOKE,
      { ...LAMBDA_ENVIRONMENT, LAMBDA_TASK_ROOT: join(directory, 'widget') },
      join(directory, 'widget', 'index.mjs'),
      JSON.stringify({ describe: true }),
    );
    expect(stderr).toMatch(/^## Salesforce credential rotation: the fleet$/m);
  });
});

describe('what the configuration refers to', () => {
  /** Runs rotate on a configuration whose credential secret is known at deployment only. */
  function runWith(references: string): string {
    const bundle = join(directory, 'rotate');
    const example = JSON.parse(readFileSync(EXAMPLE_FILE, 'utf8'));
    const billing = {
      ...example.credentials.billing,
      secret: secretPlaceholder(0),
      draft: 'salesforce/prod/billing/draft',
    };
    const file = join(directory, 'references.json');
    writeFileSync(file, JSON.stringify({ ...example, credentials: { billing } }));
    return inNode(
      INVOKE,
      {
        ...LAMBDA_ENVIRONMENT,
        LAMBDA_TASK_ROOT: bundle,
        ROTATION_CONFIG: file,
        ROTATION_REFERENCES: references,
      },
      join(bundle, 'index.mjs'),
      '{}',
    ).stderr;
  }

  test('is filled in from the environment before the configuration is read', () => {
    expect(runWith('["salesforce/prod/billing"]')).toMatch(/^RotationRefused: This is no \w+ event\./m);
    expect(runWith('["salesforce/prod/rotator"]')).toMatch(
      /credentials\.billing\.secret: .*"salesforce\/prod\/rotator" is used already/,
    );
  });

  test.each(['salesforce/prod/billing', '{}', '[1]'])('must be a JSON list of texts: %s', (references) => {
    expect(runWith(references)).toMatch(/EnvironmentError: .*ROTATION_REFERENCES: this is no JSON list/);
  });
});

test('the mail parser is in the bundle of mail, and of watch, which loads it for a mail of a mailbox only', () => {
  expect(FUNCTIONS.filter((name) => filesWith(name, 'postal-mime').length > 0)).toEqual(['watch', 'mail']);
  const loaded = importIt('watch').loaded.map((url) => basename(url));
  for (const packageName of ['postal-mime', 'imapflow']) {
    const files = filesWith('watch', packageName);
    expect(files).not.toEqual([]);
    expect(loaded.filter((file) => files.includes(file))).toEqual([]);
  }
});
