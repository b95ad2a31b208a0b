import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connectSecrets, type SecretsConnection } from '../../../lib/adapters/connect-secrets.ts';
import { SecretStoreFault } from '../../../lib/core/errors.ts';
import type { SecretRead, SecretStore } from '../../../lib/core/ports/secret-store.ts';
import { Redacted } from '../../../lib/core/redacted.ts';
import { HOME, OTHER, Places, ROLE } from '../../conformance/secrets-manager/places.ts';

const SECOND_ROLE = `${ROLE}-2`;

let places: Places;
let theirs: string;
let far: string;

beforeEach(async () => {
  places = await Places.start();
  const { engine } = places.harness;
  engine.createSecret({ Name: 'own', SecretString: 'own' });
  theirs = engine.at(OTHER).createSecret({ Name: 'crm', SecretString: 'theirs' }).ARN ?? '';
  far =
    engine.at({ ...OTHER, region: 'us-west-2' }).createSecret({ Name: 'crm', SecretString: 'far' }).ARN ?? '';
});

afterEach(() => places.stop());

function connect(change: Partial<SecretsConnection> = {}): SecretStore {
  return connectSecrets({
    home: HOME,
    applicationId: 'advance',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    endpoint: places.harness.url,
    stsEndpoint: places.stsUrl,
    timer: { now: () => 0, sleep: async () => undefined },
    secretRoles: new Map([
      [theirs, ROLE],
      [far, ROLE],
    ]),
    ...change,
  });
}

const textsOf = (reads: ReadonlyMap<string, SecretRead>) =>
  [...reads.values()].map((read) => (read.kind === 'found' ? read.text.open((text) => text) : read.problem));
const versionId = (name: string) => name.padEnd(36, '0');
const write = (store: SecretStore, secret: string, name: string) =>
  store.write(secret, { versionId: versionId(name), text: Redacted.of(name), labels: ['STAGED'] });

describe('a role', () => {
  beforeEach(() => places.roles.allow(ROLE));

  test('reaches its secrets in each of their Regions, for reading and for writing', async () => {
    const store = connect();
    expect(textsOf(await store.readCurrent(['own', theirs, far]))).toEqual(['own', 'theirs', 'far']);
    for (const secret of ['own', theirs, far]) {
      expect(await write(store, secret, 'new')).toBe('written');
      const read = await store.readVersion(secret, versionId('new'));
      expect(textsOf(new Map([[secret, read]]))).toEqual(['new']);
    }
  });

  test('is assumed at home when it is needed, once per Region, under the name of the function', async () => {
    const store = connect();
    await store.readCurrent(['own']);
    expect(places.wire.calls).toEqual([]);
    for (let turn = 0; turn < 2; turn += 1) await store.readCurrent([theirs, far]);
    const asked = { service: 'sts', operation: 'AssumeRole', target: ROLE, caller: 'advance' };
    expect(places.wire.calls).toEqual([asked, asked]);
  });

  test('is not assumed for a secret that it is not configured for', async () => {
    const reads = await connect({ secretRoles: new Map([[far, ROLE]]) }).readCurrent([theirs, far]);
    expect(textsOf(reads)).toEqual(['access is denied', 'far']);
  });
});

describe('a role that may not be assumed', () => {
  test('makes its secrets absent and is named; the others are read', async () => {
    const problem = `the role ${ROLE} may not be assumed`;
    expect(textsOf(await connect().readCurrent(['own', theirs, far]))).toEqual(['own', problem, problem]);
  });

  test('is a fault for what is no look, and named as well', async () => {
    const store = connect();
    const message = (operation: string) =>
      `${operation} on "${theirs}" failed: the role ${ROLE} may not be assumed. Nothing of it is assumed done.`;
    await expect(write(store, theirs, 'new')).rejects.toThrow(message('PutSecretValue'));
    await expect(store.describe(theirs)).rejects.toThrow(message('DescribeSecret'));
    await expect(store.readVersion(theirs, versionId('v'))).rejects.toThrow(message('GetSecretValue'));
  });

  test('is asked for again: it may be allowed meanwhile', async () => {
    const store = connect();
    await store.readCurrent([theirs]);
    places.roles.allow(ROLE);
    expect(textsOf(await store.readCurrent([theirs]))).toEqual(['theirs']);
  });
});

test('an STS that does not answer is a fault, never an absence', async () => {
  const call = connect({ stsEndpoint: 'http://127.0.0.1:1' }).readCurrent([theirs]);
  await expect(call).rejects.toThrow(SecretStoreFault);
});

describe('the pace of writes', () => {
  /** How long writes to these secrets, one after the other, would have waited where they had to. */
  async function waits(
    secrets: readonly string[],
    secretRoles?: ReadonlyMap<string, string>,
  ): Promise<readonly number[]> {
    for (const role of [ROLE, SECOND_ROLE]) places.roles.allow(role);
    const sleeps: number[] = [];
    const sleep = async (milliseconds: number) => void sleeps.push(milliseconds);
    const timer = { now: () => 0, sleep };
    const store = connect(secretRoles === undefined ? { timer } : { timer, secretRoles });
    for (const [index, secret] of secrets.entries()) await write(store, secret, `v${index}`);
    return sleeps;
  }
  const times = (count: number, secret: string) => Array.from({ length: count }, () => secret);

  test('is one for an account and Region: a name and an ARN at home wait for each other', async () => {
    const arn = places.harness.engine.createSecret({ Name: 'by/arn', SecretString: 'x' }).ARN ?? '';
    expect(await waits([...times(5, 'own'), arn])).toHaveLength(1);
  });

  test('is one for an account and Region, by whatever role', async () => {
    const also = places.harness.engine.at(OTHER).createSecret({ Name: 'also', SecretString: 'x' }).ARN ?? '';
    const roles = new Map([
      [theirs, ROLE],
      [also, SECOND_ROLE],
    ]);
    expect(await waits([...times(5, theirs), also], roles)).toHaveLength(1);
  });

  test('is another in another account, and in another Region', async () => {
    expect(await waits([...times(5, 'own'), ...times(5, theirs), ...times(5, far)])).toEqual([]);
    expect(await waits(times(6, theirs))).toHaveLength(1);
  });
});
