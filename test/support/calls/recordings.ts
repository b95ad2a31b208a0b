import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigurationInput } from '../../../lib/core/config/schema.ts';
import type { MailDeliveryKind } from '../../../lib/sandbox/mail/delivery.ts';

/** Names the folder of a test run's recordings; without it, nothing is recorded. */
export const RECORDINGS_VARIABLE = 'CALL_RECORDINGS';

/** What a test deploys, as far as permissions go by it. */
export interface RecordedDeployment {
  readonly configuration: ConfigurationInput;
  readonly mailDelivery: MailDeliveryKind;
}

/** One call that a function made with its own permissions; the same call of the same deployment is kept once. */
export interface RecordedCall {
  /** In which deployment. */
  readonly deployment: string;
  /** Which function called; `null` where the request does not say. */
  readonly caller: string | null;
  /** As IAM spells it: `secretsmanager:PutSecretValue`. */
  readonly operation: string;
  /** ARNs of all that the call is about. */
  readonly resources: readonly string[];
  /** The kind of the item that a call to DynamoDB is about, such as `credential#`: how its partition key begins. */
  readonly itemKind?: string;
}

export interface Recordings {
  readonly calls: readonly RecordedCall[];
  readonly deployments: ReadonlyMap<string, RecordedDeployment>;
}

const CALLS = '.calls.jsonl';
const DEPLOYMENT = '.deployment.json';

/** What one test file records; written at once, so that a test that dies has recorded what it did. */
export class RecordingFile {
  readonly #directory: string;
  readonly #path: string;
  readonly #known = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
    this.#path = join(directory, `${randomUUID()}${CALLS}`);
  }

  /** @param deployment JSON text of a `RecordedDeployment`. */
  add(call: Omit<RecordedCall, 'deployment'>, deployment: string): void {
    const name = createHash('sha256').update(deployment).digest('hex').slice(0, 16);
    const line = JSON.stringify({ deployment: name, ...call } satisfies RecordedCall);
    if (this.#known.has(line)) return;
    this.#known.add(line);
    writeFileSync(join(this.#directory, `${name}${DEPLOYMENT}`), deployment);
    appendFileSync(this.#path, `${line}\n`);
  }
}

/** @throws Error where the suites did not run right before. */
export function readRecordings(): Recordings {
  const directory = process.env[RECORDINGS_VARIABLE];
  if (directory === undefined)
    throw new Error(
      'Nothing was recorded. This follows the flow tests of the same run: `npm run test:proof`.',
    );
  const files = readdirSync(directory);
  const read = (file: string) => readFileSync(join(directory, file), 'utf8');
  const calls = files
    .filter((file) => file.endsWith(CALLS))
    .flatMap((file) => read(file).trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as RecordedCall);
  const deployments = files
    .filter((file) => file.endsWith(DEPLOYMENT))
    .map(
      (file) => [file.slice(0, -DEPLOYMENT.length), JSON.parse(read(file)) as RecordedDeployment] as const,
    );
  return { calls, deployments: new Map(deployments) };
}
