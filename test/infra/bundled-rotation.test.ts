import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundleHandler, handlerOf } from '../../lib/infra/bundle.ts';
import { SANDBOX_CREDENTIALS } from '../../lib/sandbox/credentials.ts';
import { functionArn } from '../../lib/sandbox/function-host.ts';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.ts';
import { CREDENTIAL } from '../../lib/sandbox/scenario.ts';
import { CountingWire } from '../../lib/sandbox/wire.ts';

const INVOKE = `
import { pathToFileURL } from 'node:url';
const { handler } = await import(pathToFileURL(process.argv[1]).href);
const context = { awsRequestId: 'r', functionName: 'f' };
process.stdout.write('\\n' + JSON.stringify(await handler(JSON.parse(process.argv[2]), context)));
process.exit(0);
`;

let directory: string;
let sandbox: Sandbox;
const wire = new CountingWire();
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sfrotate-bundled-'));
  sandbox = await startSandbox({ wire, scenario: { source: 'unchanged' } });
  // What turning rotation on makes due: the test of the secret as it is.
  await sandbox.pump.settle();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs a bundle in a process of its own, which finds the sandbox by its environment as it would find AWS. */
async function invoke(name: string, event: object): Promise<unknown> {
  const outputDirectory = join(directory, name);
  bundleHandler({ handler: handlerOf(name), outputDirectory });
  const { endpoints, region, ledgerTable, dataDirectory } = sandbox;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', INVOKE, join(outputDirectory, 'index.mjs'), JSON.stringify(event)],
    {
      cwd: directory,
      env: {
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: SANDBOX_CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: SANDBOX_CREDENTIALS.secretAccessKey,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
        AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
        AWS_ENDPOINT_URL_SQS: endpoints.messaging,
        AWS_ENDPOINT_URL_SNS: endpoints.messaging,
        AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.messaging,
        AWS_ENDPOINT_URL_SESV2: endpoints.messaging,
        ROTATION_CONFIG: join(dataDirectory, 'rotation.config.json'),
        LEDGER_TABLE: ledgerTable,
        QUEUE_URL: `${endpoints.messaging}/000000000000/advance`,
        TOPIC_ARN: `arn:aws:sns:${region}:000000000000:rotation`,
        WATCH_FUNCTION_ARN: functionArn('watch'),
      },
    },
  );
  // The function's log comes before it.
  return JSON.parse(stdout.split('\n').at(-1) ?? '');
}

test('what is deployed rotates: the bundles of watch and advance, jsforce and the SDK clients in them', async () => {
  expect(await invoke('watch', { action: 'rotate-now', credential: CREDENTIAL })).toMatchObject({
    message: 'The rotation was requested.',
  });
  const record = { messageId: 'm', body: JSON.stringify({ credential: CREDENTIAL }) };
  expect(await invoke('advance', { Records: [record] })).toEqual({ batchItemFailures: [] });

  const salesforce = wire.calls.filter(({ service }) => service === 'salesforce');
  expect(salesforce.map(({ operation }) => operation)).toEqual(
    expect.arrayContaining(['token', 'query', 'password.post', 'login', 'logout']),
  );
  await sandbox.pump.settle();
  expect(sandbox.messages.events.map(({ detailType }) => detailType)).toEqual([
    'Rotation Started',
    'Rotation Completed',
  ]);
});

test('what is deployed draws the fleet: the bundle of the widget, with the ledger that it reads', async () => {
  const html = await invoke('widget', {});
  expect(html).toContain(`<th scope="row">${CREDENTIAL}<br/>`);
  expect(html).toContain(`endpoint="${functionArn('watch')}"`);
});
