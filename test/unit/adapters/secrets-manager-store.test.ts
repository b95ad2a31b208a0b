import {
  InvalidParameterException,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  RotateSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { SecretsManagerStore } from '../../../lib/adapters/secrets-manager-store.ts';
import { SecretStoreFault } from '../../../lib/core/errors.ts';
import { Redacted } from '../../../lib/core/redacted.ts';

const SENTINEL = 'sentinel-Passw0rd-4711';
const META = { $metadata: {} };
const throttled = () =>
  Object.assign(new Error(`Rate exceeded for ${SENTINEL}`), { name: 'ThrottlingException' });

interface Sent {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/** A client that answers with what a test wants, and keeps what was sent. */
function clientOf(answer: (sent: Sent) => unknown) {
  const sent: Sent[] = [];
  const client = {
    send: async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const call = { name: command.constructor.name, input: command.input };
      sent.push(call);
      return answer(call);
    },
  } as unknown as Pick<SecretsManagerClient, 'send'>;
  return { store: new SecretsManagerStore(client), sent };
}
const failing = (error: unknown) =>
  clientOf(() => {
    throw error;
  }).store;
const version = (labels?: readonly string[]) => ({
  versionId: 'v1',
  text: Redacted.of(SENTINEL),
  ...(labels ? { labels } : {}),
});

describe('a call that fails', () => {
  const CALLS: readonly (readonly [string, (store: SecretsManagerStore) => Promise<unknown>])[] = [
    ['BatchGetSecretValue', (store) => store.readCurrent(['etl'])],
    ['GetSecretValue', (store) => store.readVersion('etl', 'v1')],
    ['DescribeSecret', (store) => store.describe('etl')],
    ['PutSecretValue', (store) => store.write('etl', version())],
    ['UpdateSecretVersionStage', (store) => store.moveLabel('etl', { label: 'X', from: 'a', to: 'b' })],
    ['RotateSecret', (store) => store.rotate('etl', 'token')],
  ];

  test.each(CALLS)(
    '%s is a fault that names the call, the secret and the exception, and no text',
    async (name, call) => {
      const error: unknown = await call(failing(throttled())).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SecretStoreFault);
      expect(error).toMatchObject({
        message: `${name} on "etl" failed: ThrottlingException. Nothing of it is assumed done.`,
        retryable: true,
        cause: expect.any(Error),
      });
    },
  );

  test.each(CALLS)('%s that throws what is no error is a fault, too', async (_name, call) => {
    await expect(call(failing('down'))).rejects.toThrow('unknown error');
  });
});

describe('a batch', () => {
  const answering = (answer: object) => clientOf(() => answer).store;

  test('of none makes no call', async () => {
    const { store, sent } = clientOf(() => ({}));
    expect(await store.readCurrent([])).toEqual(new Map());
    expect(sent).toEqual([]);
  });

  test('is asked for in twenties', async () => {
    const { store, sent } = clientOf(({ input }) => ({
      SecretValues: (input['SecretIdList'] as string[]).map((Name) => ({
        Name,
        ARN: `arn:${Name}`,
        VersionId: 'v',
        SecretString: Name,
      })),
    }));
    const names = Array.from({ length: 41 }, (_, index) => `s${index}`);
    const read = await store.readCurrent(names);
    expect([...read.keys()]).toEqual(names);
    expect(sent.map(({ input }) => (input['SecretIdList'] as string[]).length)).toEqual([20, 20, 1]);
  });

  test.each([
    ['ResourceNotFoundException', 'it does not exist or has no current version'],
    ['InvalidRequestException', 'it is marked for deletion'],
    ['AccessDeniedException', 'access is denied'],
    ['DecryptionFailure', 'its KMS key denies decryption'],
  ])('%s is an absence', async (ErrorCode, problem) => {
    const store = answering({ SecretValues: [], Errors: [{ SecretId: 'etl', ErrorCode }] });
    expect(await store.readCurrent(['etl'])).toEqual(new Map([['etl', { kind: 'absent', problem }]]));
  });

  test.each([
    [
      'any other error of a secret',
      { Errors: [{ SecretId: 'etl', ErrorCode: 'InternalServiceError' }] },
      'InternalServiceError',
    ],
    [
      'a secret that is not mentioned',
      { SecretValues: [{ Name: 'etl2', SecretString: 'x' }] },
      'no answer for it',
    ],
    ['an empty answer', {}, 'no answer for it'],
  ])('%s is a fault, never an absence', async (_name, answer, problem) => {
    await expect(answering(answer).readCurrent(['etl'])).rejects.toThrow(
      `Secrets Manager did not return "etl": ${problem}.`,
    );
  });

  test('finds a secret by its ARN with and without the last six characters, and no other', async () => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:etl';
    const found = { Name: 'etl', ARN: `${arn}-AbCdEf`, VersionId: 'v', SecretString: 'x' };
    for (const id of [arn, `${arn}-AbCdEf`, 'etl'])
      expect((await answering({ SecretValues: [found] }).readCurrent([id])).get(id)?.kind).toBe('found');
    await expect(
      answering({ SecretValues: [found] }).readCurrent([
        'arn:aws:secretsmanager:eu-central-1:111122223333:secret:et',
      ]),
    ).rejects.toThrow('did not return');
  });
});

describe('a client that acts as a configured role', () => {
  const asRole = (error: unknown) => {
    const client = { send: () => Promise.reject(error) } as unknown as Pick<SecretsManagerClient, 'send'>;
    return new SecretsManagerStore(client, undefined, 'arn:role');
  };
  const denied = Object.assign(new Error(SENTINEL), { name: 'AccessDeniedException' });

  test('and may not read a batch at all makes its secrets absent, and names the role', async () => {
    const problem = 'the role arn:role may not call BatchGetSecretValue';
    expect(await asRole(denied).readCurrent(['a', 'b'])).toEqual(
      new Map([
        ['a', { kind: 'absent', problem }],
        ['b', { kind: 'absent', problem }],
      ]),
    );
  });

  test('and fails otherwise is at fault; so is one without a role that may not', async () => {
    await expect(asRole(throttled()).readCurrent(['a'])).rejects.toThrow(SecretStoreFault);
    await expect(failing(denied).readCurrent(['a'])).rejects.toThrow(SecretStoreFault);
  });
});

describe('a version', () => {
  const value = () => ({ ...META, ARN: 'arn', VersionId: 'v1', SecretString: SENTINEL });

  test('that was read is not read again, unless a fresh one is asked for', async () => {
    const { store, sent } = clientOf(value);
    await store.readVersion('etl', 'v1');
    await store.readVersion('etl', 'v1');
    expect(sent).toHaveLength(1);
    await store.readVersion('etl', 'v1', { fresh: true });
    expect(sent).toHaveLength(2);
  });

  test('that was written as pending is not read again', async () => {
    const { store, sent } = clientOf(() => ({ ...META, ARN: 'arn' }));
    await store.write('etl', version(['AWSPENDING']));
    expect(await store.readVersion('etl', 'v1')).toMatchObject({
      kind: 'found',
      versionId: 'v1',
      arn: 'arn',
    });
    expect(sent.map(({ name }) => name)).toEqual([PutSecretValueCommand.name]);
  });

  test('of which only few are kept', async () => {
    const { store, sent } = clientOf(value);
    for (const id of ['a', 'b', 'c', 'd', 'e', 'a']) await store.readVersion(id, 'v1');
    expect(sent).toHaveLength(6);
  });

  test('that is absent is asked for again', async () => {
    const { store, sent } = clientOf(() => ({ ...META, ARN: 'arn', VersionId: 'v1' }));
    expect(await store.readVersion('etl', 'v1')).toEqual({
      kind: 'absent',
      problem: 'it is binary, not text',
    });
    await store.readVersion('etl', 'v1');
    expect(sent).toHaveLength(2);
  });

  test('is written with the labels and the proof of the rotation', async () => {
    const { store, sent } = clientOf(() => META);
    await store.write('etl', { ...version(['AWSPENDING']), rotationToken: 'proof' });
    expect(sent[0]?.input).toEqual({
      SecretId: 'etl',
      ClientRequestToken: 'v1',
      SecretString: SENTINEL,
      VersionStages: ['AWSPENDING'],
      RotationToken: 'proof',
    });
  });

  test('that goes to a replica says so, and repeats no text of the service', async () => {
    const message = `Operation not permitted on a replica secret. ${SENTINEL}`;
    const store = failing(new InvalidParameterException({ message, ...META }));
    await expect(store.write('etl', version())).rejects.toThrow(
      /^PutSecretValue on "etl" failed: it is a replica, which cannot be written; name the primary, its replicas follow\. Nothing of it is assumed done\.$/,
    );
    const other = failing(new InvalidParameterException({ message: 'Invalid name.', ...META }));
    await expect(other.write('etl', version())).rejects.toThrow('failed: InvalidParameterException.');
  });

  test('that holds other content is a conflict', async () => {
    const store = failing(new ResourceExistsException({ message: SENTINEL, ...META }));
    expect(await store.write('etl', version())).toBe('conflict');
  });
});

describe('a rotation', () => {
  test('begins at once, under the request token', async () => {
    const { store, sent } = clientOf(() => META);
    expect(await store.rotate('etl', 'token')).toBe('started');
    expect(sent).toEqual([
      {
        name: RotateSecretCommand.name,
        input: { SecretId: 'etl', ClientRequestToken: 'token', RotateImmediately: true },
      },
    ]);
  });

  test('is busy while an earlier one is not complete; another invalid request is a fault', async () => {
    const invalid = (message: string) => failing(new InvalidRequestException({ message, ...META }));
    expect(
      await invalid("A previous rotation isn't complete. That rotation will be reattempted.").rotate(
        'etl',
        't',
      ),
    ).toBe('busy');
    await expect(invalid('You must specify a rotation function.').rotate('etl', 't')).rejects.toThrow(
      SecretStoreFault,
    );
  });
});
