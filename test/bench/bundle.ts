import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleHandler, handlerOf } from '../../lib/infra/bundle.ts';
import { BUNDLE_LIMIT_BYTES, bundleBytes, FUNCTION_NAMES } from '../../lib/infra/bundle-limits.ts';
import { measureImports } from './import-time.ts';

const ROUNDS = 15;

/** What the service uses, as a handler would import it that thinks nothing of its start. */
const NAIVE_IMPORTS = `
import jsforce from 'jsforce';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
export const used = [
  jsforce, DynamoDBClient, EventBridgeClient, PutEventsCommand, SecretsManagerClient, PublishCommand,
  SNSClient, SendMessageCommand, SQSClient, DynamoDBDocumentClient,
];
`;

/** Inside the project, where imports of packages are resolved; not under version control. */
const NAIVE_SOURCES = fileURLToPath(new URL('../../.cache/bench', import.meta.url));

/** Bundles each function as it is deployed and as it would be naively, and compares them. */
export async function* benchBundles(): AsyncGenerator<object> {
  const directory = mkdtempSync(join(tmpdir(), 'sfrotate-bench-'));
  try {
    for (const name of FUNCTION_NAMES) {
      const ours = join(directory, name);
      const naive = join(directory, `${name}-naive`);
      bundleHandler({ handler: handlerOf(name), outputDirectory: ours });
      bundleHandler({ handler: naiveHandler(name), outputDirectory: naive });
      const measured = measureImports([join(ours, 'index.mjs'), join(naive, 'index.mjs')], ROUNDS);
      const [ourTime = Number.NaN, naiveTime = Number.NaN] = measured;
      yield {
        bench: 'bundle',
        function: name,
        bytes: bundleBytes(ours),
        limitBytes: BUNDLE_LIMIT_BYTES[name],
        importMs: rounded(ourTime, 1),
        naiveBytes: bundleBytes(naive),
        naiveImportMs: rounded(naiveTime, 1),
        importRatio: rounded(ourTime / naiveTime, 3),
        ...(name === 'rotate' ? { aim: 0.5 } : {}),
      };
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The same handler behind imports of everything. */
function naiveHandler(name: string): string {
  mkdirSync(NAIVE_SOURCES, { recursive: true });
  const path = join(NAIVE_SOURCES, `naive-${name}.ts`);
  const handler = relative(NAIVE_SOURCES, handlerOf(name)).replaceAll('\\', '/');
  writeFileSync(path, `${NAIVE_IMPORTS}export { handler } from '${handler}';\n`);
  return path;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
