import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BUNDLED_CONFIGURATION, bundleHandler, handlerOf } from '../../lib/infra/bundle.ts';
import { httpEvent } from '../support/http-event.ts';
import { EXAMPLE_FILE } from './example.ts';

/** Lets a bundle answer a request, and says what it answered and which files it loaded for that. */
const ASK = `
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
const loaded = [];
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
const { handler } = await import(pathToFileURL(process.argv[1]).href);
const answer = await handler(JSON.parse(process.argv[2]), { awsRequestId: 'r', functionName: 'f' });
process.stdout.write('\\n' + JSON.stringify({ answer, loaded }));
process.exit(0);
`;

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>;
}

/** Outside the repository, so that nothing can be found in its node_modules. */
let directory: string;
let inputsOf: (files: readonly string[]) => readonly string[];
let metafile: Metafile;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'intake-bundle-'));
  const outputDirectory = join(directory, 'intake');
  bundleHandler({ handler: handlerOf('intake'), outputDirectory, metafile: join(directory, 'meta.json') });
  copyFileSync(EXAMPLE_FILE, join(outputDirectory, BUNDLED_CONFIGURATION));
  metafile = JSON.parse(readFileSync(join(directory, 'meta.json'), 'utf8')) as Metafile;
  inputsOf = (files) =>
    Object.entries(metafile.outputs)
      .filter(([output]) => files.includes(basename(output)))
      .flatMap(([, { inputs }]) => Object.keys(inputs));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the bundle of the prompt page', () => {
  test('has no way to Salesforce or to a secret in it', () => {
    const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
    expect(
      inputs.filter((input) => /jsforce|client-(?:secrets-manager|sqs|sns|eventbridge)\b/.test(input)),
    ).toEqual([]);
    expect(inputs.some((input) => input.includes('client-lambda/'))).toBe(true);
    expect(
      inputs.filter((input) => /lib\/core\/(?:commit|reconcile)\/(?:act|advance|rotate)\b/.test(input)),
    ).toEqual([]);
  });

  test('answers a request, and loads nothing for commands to do so', () => {
    const event = httpEvent('GET', '/p/no-link', { query: 'lang=en' });
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', ASK, join(directory, 'intake', 'index.mjs'), JSON.stringify(event)],
      {
        cwd: directory,
        encoding: 'utf8',
        env: {
          AWS_REGION: 'eu-central-1',
          LAMBDA_TASK_ROOT: join(directory, 'intake'),
          LEDGER_TABLE: 'ledger',
          COMMAND_FUNCTION: 'watch',
        },
      },
    );
    expect(stderr).toBe('');
    const said = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
      readonly answer: { readonly statusCode: number; readonly body: string };
      readonly loaded: readonly string[];
    };
    expect(said.answer.statusCode).toBe(404);
    expect(said.answer.body).toContain('data-state="gone"');
    const inputs = inputsOf(said.loaded.map((url) => basename(url)));
    expect(inputs.some((input) => input.endsWith('lib/page/page.ts'))).toBe(true);
    expect(
      inputs.filter((input) => input.includes('client-lambda/') || input.endsWith('lambda-command-door.ts')),
    ).toEqual([]);
  });
});
