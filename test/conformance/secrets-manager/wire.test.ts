import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { serve } from '../../../lib/sandbox/http.ts';
import { secretsManagerStandIn } from '../../../lib/sandbox/secrets-manager/stand-in.ts';
import { PASS, type Wire } from '../../../lib/sandbox/wire.ts';
import { Harness, refused, token } from './harness.ts';

let sandbox: Harness;

beforeEach(async () => {
  sandbox = await Harness.start();
});

afterEach(() => sandbox.stop());

async function raw(operation: string, body: string) {
  const response = await fetch(sandbox.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `secretsmanager.${operation}`,
    },
    body,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

describe('AWS JSON 1.1', () => {
  test('an error has a status of 400, its type in body and header, and a message', async () => {
    const answer = await raw('DescribeSecret', '{"SecretId":"none"}');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
    expect(answer.body).toMatchObject({ __type: 'ResourceNotFoundException', Message: expect.any(String) });
  });

  test('dates are numbers of epoch seconds, bytes are base64', async () => {
    await raw(
      'CreateSecret',
      JSON.stringify({ Name: 'b', SecretBinary: 'AP8=', ClientRequestToken: token('b') }),
    );
    const answer = await raw('GetSecretValue', '{"SecretId":"b"}');
    expect(answer.body).toMatchObject({ SecretBinary: 'AP8=', CreatedDate: 1_793_529_000 });
  });

  test('an operation that does not exist is an UnknownOperationException', async () => {
    expect((await raw('MakeTea', '{}')).body).toMatchObject({ __type: 'UnknownOperationException' });
    expect((await raw('constructor', '{}')).body).toMatchObject({ __type: 'UnknownOperationException' });
  });

  test('a body that is no JSON object, or a member of the wrong type, is a SerializationException', async () => {
    for (const body of ['{', '[]', '{"SecretId":7}']) {
      expect((await raw('DescribeSecret', body)).body).toMatchObject({ __type: 'SerializationException' });
    }
  });

  test('a required member that is missing or null is an InvalidParameterException', async () => {
    for (const body of ['{}', '{"SecretId":null}']) {
      expect((await raw('GetSecretValue', body)).body).toMatchObject({ __type: 'InvalidParameterException' });
    }
  });

  test('a raw request must bring its ClientRequestToken (API_PutSecretValue)', async () => {
    await sandbox.client.send(new CreateSecretCommand({ Name: 's' }));
    const answer = await raw('PutSecretValue', '{"SecretId":"s","SecretString":"v"}');
    expect(answer.body).toMatchObject({ __type: 'InvalidRequestException' });
  });
});

describe('what the wire sees', () => {
  test('operation and secret, never a value', async () => {
    await sandbox.client.send(new CreateSecretCommand({ Name: 's', SecretString: 'hunter2' }));
    await raw('BatchGetSecretValue', '{"SecretIdList":["s","t"]}');
    expect(sandbox.wire.calls.map((call) => [call.operation, call.target])).toEqual([
      ['CreateSecret', 's'],
      ['BatchGetSecretValue', 's,t'],
    ]);
    expect(JSON.stringify(sandbox.wire.calls)).not.toContain('hunter2');
  });

  test('an injected fault reaches the client as an exception of the service', async () => {
    const wire: Wire = {
      before: () => ({ kind: 'fail', status: 500, code: 'InternalServiceError', message: 'injected' }),
      after: () => PASS,
    };
    const server = await serve(secretsManagerStandIn(sandbox.engine), wire);
    const client = new SecretsManagerClient({
      endpoint: server.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    });
    const call = client.send(new DescribeSecretCommand({ SecretId: 's' }));
    await refused(call, 'InternalServiceError', /injected/);
    client.destroy();
    await server.close();
  });
});

describe('request quotas (reference_limits)', () => {
  test('PutSecretValue and UpdateSecretVersionStage share 50 calls a second', async () => {
    await sandbox.stop();
    sandbox = await Harness.start({ quotas: {} });
    await sandbox.client.send(
      new CreateSecretCommand({ Name: 's', SecretString: 'v', ClientRequestToken: token('v') }),
    );
    const put = () =>
      sandbox.client.send(
        new PutSecretValueCommand({ SecretId: 's', SecretString: 'v', ClientRequestToken: token('v') }),
      );
    const move = () =>
      sandbox.client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: 's',
          VersionStage: 'MINE',
          MoveToVersionId: token('v'),
        }),
      );
    for (let index = 0; index < 25; index += 1) await Promise.all([put(), move()]);
    await refused(put(), 'ThrottlingException');
    await refused(move(), 'ThrottlingException');
    expect(await sandbox.value('s')).toBe('v');
    sandbox.clock.advance({ seconds: 0.02 });
    await put();
    await refused(put(), 'ThrottlingException');
  });
});

describe('reads that lag behind writes (aws-sdk-js-v3 issue 7701)', () => {
  const write = (SecretString: string) =>
    sandbox.client.send(new PutSecretValueCommand({ SecretId: 's', SecretString }));

  test('the next reads after a write see the state before it, then the write', async () => {
    await sandbox.client.send(new CreateSecretCommand({ Name: 's', SecretString: 'old' }));
    sandbox.engine.setStaleReads({ reads: 2 });
    await write('new');
    const seen = [await sandbox.value('s'), await sandbox.value('s'), await sandbox.value('s')];
    expect(seen).toEqual(['old', 'old', 'new']);
  });

  test('a secret that was just created may not be found yet', async () => {
    sandbox.engine.setStaleReads({ reads: 1 });
    await sandbox.client.send(new CreateSecretCommand({ Name: 's', SecretString: 'old' }));
    await refused(sandbox.value('s'), 'ResourceNotFoundException');
    expect(await sandbox.value('s')).toBe('old');
  });

  test('a conditional write is never judged by stale state', async () => {
    const made = await sandbox.client.send(new CreateSecretCommand({ Name: 's', SecretString: 'old' }));
    sandbox.engine.setStaleReads({ reads: 5 });
    await write('new');
    const stale = new UpdateSecretVersionStageCommand({
      SecretId: 's',
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: made.VersionId,
      RemoveFromVersionId: made.VersionId,
    });
    await refused(sandbox.client.send(stale), 'InvalidParameterException');
  });

  test('switching it off shows the last write at once', async () => {
    await sandbox.client.send(new CreateSecretCommand({ Name: 's', SecretString: 'old' }));
    sandbox.engine.setStaleReads({ reads: 9 });
    await write('new');
    sandbox.engine.setStaleReads({ reads: 0 });
    expect(await sandbox.value('s')).toBe('new');
  });
});

describe('the journal', () => {
  test('a restart on the same journal finds every secret, version and label', async () => {
    await sandbox.client.send(new CreateSecretCommand({ Name: 's', SecretString: 'one' }));
    await sandbox.client.send(new PutSecretValueCommand({ SecretId: 's', SecretString: 'two' }));
    const before = await sandbox.client.send(new DescribeSecretCommand({ SecretId: 's' }));
    await sandbox.restart();
    const after = await sandbox.client.send(new DescribeSecretCommand({ SecretId: 's' }));
    expect({ ...after, $metadata: {} }).toEqual({ ...before, $metadata: {} });
    expect([await sandbox.value('s'), await sandbox.value('s', 'AWSPREVIOUS')]).toEqual(['two', 'one']);
  });

  test('a change that could not be saved is not acknowledged and did not happen', async () => {
    await sandbox.client.send(new CreateSecretCommand({ Name: 's', SecretString: 'one' }));
    const save = sandbox.journal.save;
    sandbox.journal.save = () => {
      throw new Error('disk full');
    };
    await refused(
      sandbox.client.send(new PutSecretValueCommand({ SecretId: 's', SecretString: 'two' })),
      'InternalServiceError',
    );
    sandbox.journal.save = save;
    expect(await sandbox.value('s')).toBe('one');
  });
});
