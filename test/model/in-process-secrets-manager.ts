import {
  BatchGetSecretValueCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RotateSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager';
import type { SecretsManagerEngine } from '../../lib/sandbox/secrets-manager/engine.ts';
import { SecretsManagerException } from '../../lib/sandbox/secrets-manager/exceptions.ts';
import type { Worker } from './worker.ts';

type Client = Pick<SecretsManagerClient, 'send'>;

/** The SDK's exception classes that the adapter tells apart. */
const EXCEPTIONS = {
  InvalidParameterException,
  InvalidRequestException,
  ResourceExistsException,
  ResourceNotFoundException,
};

export interface InProcess {
  /** What writes go to, and reads that see them. */
  readonly engine: SecretsManagerEngine;
  /** What reads go to that lag behind. */
  lagging(): SecretsManagerEngine;
  /** Whose call it is. */
  worker(): Worker;
  /** A compare-and-swap of a label was refused. */
  lost(input: UpdateSecretVersionStageCommandInput): void;
}

/** The engine as an SDK client in the same process; each call is one that the worker waits for. */
export function inProcessClient(parts: InProcess): Client {
  const send = (command: object): Promise<object> =>
    parts.worker().call({
      name: command.constructor.name.replace(/Command$/, ''),
      repeatable: true,
      fault: () => Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }),
      perform: (stale) => carryOut(parts, command, stale),
    });
  return { send } as Client;
}

function carryOut(parts: InProcess, command: object, stale: boolean): object {
  const { engine } = parts;
  const reader = stale ? parts.lagging() : engine;
  try {
    if (command instanceof BatchGetSecretValueCommand) return reader.batchGetSecretValue(command.input);
    if (command instanceof GetSecretValueCommand) return reader.getSecretValue(command.input);
    if (command instanceof DescribeSecretCommand) return reader.describeSecret(command.input);
    if (command instanceof PutSecretValueCommand) return engine.putSecretValue(command.input);
    if (command instanceof UpdateSecretVersionStageCommand)
      return engine.updateSecretVersionStage(command.input);
    if (command instanceof RotateSecretCommand) return engine.rotateSecret(command.input);
  } catch (error) {
    if (command instanceof UpdateSecretVersionStageCommand) parts.lost(command.input);
    throw asOnTheWire(error);
  }
  throw new Error(`no ${command.constructor.name} is expected of the service`);
}

function asOnTheWire(error: unknown): unknown {
  if (!(error instanceof SecretsManagerException)) return error;
  const { code, message } = error;
  if (!Object.hasOwn(EXCEPTIONS, code)) return Object.assign(new Error(message), { name: code });
  const Exception = EXCEPTIONS[code as keyof typeof EXCEPTIONS];
  return new Exception({ message, $metadata: {} });
}
