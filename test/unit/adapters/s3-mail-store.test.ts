import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, test } from '@jest/globals';
import { LazyMailStore } from '../../../lib/adapters/lazy-mail-store.ts';
import { S3MailStore } from '../../../lib/adapters/s3-mail-store.ts';
import { MailStoreFault } from '../../../lib/core/errors.ts';
import { type RunningServer, serve } from '../../../lib/sandbox/http.ts';
import { Bucket, s3StandIn } from '../../../lib/sandbox/s3/stand-in.ts';
import { CountingWire } from '../../../lib/sandbox/wire.ts';
import { fail, ScriptedWire } from '../../support/scripted-wire.ts';

const KEY = 'mails/ä 0ku12+x';
const RAW = Uint8Array.from([0, 255, 13, 10, 0x80]);

const servers: RunningServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(wire = new CountingWire(), name = 'mails') {
  const bucket = new Bucket('mails');
  const server = await serve(s3StandIn(bucket), wire);
  servers.push(server);
  const client = {
    region: 'eu-central-1',
    endpoint: server.url,
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'x' },
    maxAttempts: 1,
  };
  return { bucket, wire, client, store: new S3MailStore(new S3Client(client), name) };
}

describe('a stored mail', () => {
  test('is read byte by byte, and discarded', async () => {
    const { bucket, store } = await start();
    bucket.put(KEY, RAW);
    expect(await store.read(KEY)).toEqual({ kind: 'found', raw: RAW });
    await store.discard(KEY);
    expect(bucket.keys).toEqual([]);
  });

  test('that is not there is gone, and discarding it is no fault', async () => {
    const { store } = await start();
    expect(await store.read(KEY)).toEqual({ kind: 'gone' });
    await expect(store.discard(KEY)).resolves.toBeUndefined();
  });

  test.each([
    [1024 * 1024, 'found'],
    [1024 * 1024 + 1, 'too-large'],
  ])('of %i bytes is %s', async (bytes, kind) => {
    const { bucket, store } = await start();
    bucket.put(KEY, new Uint8Array(bytes));
    expect(await store.read(KEY)).toMatchObject({ kind });
  });

  test.each(['GetObject', 'DeleteObject'])(
    'where %s is refused, is a fault that says nothing of it',
    async (operation) => {
      const wire = new ScriptedWire();
      const { store } = await start(wire);
      wire.on({ operation, does: () => fail('AccessDenied', 'Access Denied to mails/0ku12', 403) });
      const fault: unknown = await (operation === 'GetObject' ? store.read(KEY) : store.discard(KEY)).catch(
        (error: unknown) => error,
      );
      expect(fault).toBeInstanceOf(MailStoreFault);
      expect(fault).toMatchObject({ retryable: true });
      expect(String(fault)).not.toContain('0ku12');
    },
  );

  test('in no bucket is a fault', async () => {
    const { store } = await start(new CountingWire(), 'another');
    await expect(store.read(KEY)).rejects.toThrow(MailStoreFault);
  });

  test('is read by a store that loads its client when it is needed', async () => {
    const { bucket, client, wire } = await start();
    bucket.put(KEY, RAW);
    const store = new LazyMailStore(client, 'mails');
    expect(await store.read(KEY)).toEqual({ kind: 'found', raw: RAW });
    await store.discard(KEY);
    expect(wire.calls.map(({ operation }) => operation)).toEqual(['GetObject', 'DeleteObject']);
  });
});
