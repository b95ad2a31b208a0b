import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SecretRead, SecretStore } from '../../lib/core/ports/secret-store.ts';
import { Redacted } from '../../lib/core/redacted.ts';

/** A store, and what a test does to it behind its back. */
export interface SecretStoreBench {
  readonly store: SecretStore;
  /** Creates a secret and returns its ARN. */
  create(name: string, text: string, rotates?: boolean): Promise<string>;
  /** A person writes a new value. */
  edit(name: string, text: string): Promise<void>;
  delete(name: string): Promise<void>;
  deny(name: string): Promise<void>;
  makeBinary(name: string): Promise<void>;
  stop(): Promise<void>;
}

const id = (name: string) => `${name}-${'0'.repeat(40)}`.slice(0, 36);
const textOf = (read: SecretRead | undefined) =>
  read?.kind === 'found' ? read.text.open((text) => text) : read?.problem;
const HOSTILE = '{"password":"<&>\\"\'\\u0000é秘密🔑"}';

/** What core relies on, whatever keeps the secrets. */
export function secretStoreContract(name: string, start: () => Promise<SecretStoreBench>): void {
  describe(`secret store: ${name}`, () => {
    let bench: SecretStoreBench;
    let store: SecretStore;
    const current = async (secret: string) => (await store.readCurrent([secret])).get(secret);
    const currentId = async (secret: string) => {
      const read = await current(secret);
      return read?.kind === 'found' ? read.versionId : '';
    };
    const put = (secret: string, versionId: string, text: string, labels?: readonly string[]) =>
      store.write(secret, { versionId, text: Redacted.of(text), ...(labels ? { labels } : {}) });
    const labelsOf = async (secret: string, versionId: string) =>
      [...((await store.describe(secret))?.versions.get(versionId) ?? [])].sort();
    const move = (label: string, from: string | undefined, to: string | undefined) =>
      store.moveLabel('etl', { label, from, to });

    beforeEach(async () => {
      bench = await start();
      ({ store } = bench);
      await bench.create('etl', 'one');
    });
    afterEach(() => bench.stop());

    describe('reading', () => {
      test('gives the text, its version and the ARN, by name and by ARN', async () => {
        const arn = await bench.create('team/mule', HOSTILE);
        const reads = await store.readCurrent(['team/mule', arn]);
        expect([...reads.keys()]).toEqual(['team/mule', arn]);
        expect(textOf(reads.get('team/mule'))).toBe(HOSTILE);
        expect(reads.get(arn)).toMatchObject({ kind: 'found', arn, versionId: await currentId('team/mule') });
      });

      test('takes more secrets than one call does, in whatever state each is', async () => {
        const names = Array.from({ length: 43 }, (_, index) => `many/${index}`);
        for (const secret of names) await bench.create(secret, secret);
        await bench.delete('many/3');
        await bench.deny('many/20');
        await bench.makeBinary('many/42');
        const reads = await store.readCurrent([...names, 'nowhere']);
        expect(reads.size).toBe(44);
        expect(textOf(reads.get('many/0'))).toBe('many/0');
        expect(textOf(reads.get('many/41'))).toBe('many/41');
        const absent = [...reads]
          .filter(([, read]) => read.kind === 'absent')
          .map(([secret, read]) => [secret, textOf(read)]);
        expect(absent).toEqual([
          ['many/3', 'it is marked for deletion'],
          ['many/20', 'access is denied'],
          ['many/42', 'it is binary, not text'],
          ['nowhere', 'it does not exist or has no current version'],
        ]);
      });

      test('a version stays readable beside what is current', async () => {
        const first = await currentId('etl');
        await bench.edit('etl', 'two');
        expect(textOf(await current('etl'))).toBe('two');
        expect(textOf(await store.readVersion('etl', first))).toBe('one');
        expect(textOf(await store.readVersion('etl', first, { fresh: true }))).toBe('one');
      });

      test('a version or secret that is not there is absent', async () => {
        expect((await store.readVersion('etl', id('none'))).kind).toBe('absent');
        expect((await store.readVersion('nowhere', id('none'))).kind).toBe('absent');
        expect(await store.describe('nowhere')).toBeUndefined();
      });

      test('a secret that is marked for deletion has no description', async () => {
        await bench.delete('etl');
        expect(await store.describe('etl')).toBeUndefined();
      });
    });

    describe('writing', () => {
      test('without labels becomes current, and what was current stays as AWSPREVIOUS', async () => {
        const first = await currentId('etl');
        expect(await put('etl', id('v2'), 'two')).toBe('written');
        expect(textOf(await current('etl'))).toBe('two');
        expect(await labelsOf('etl', id('v2'))).toEqual(['AWSCURRENT']);
        expect(await labelsOf('etl', first)).toEqual(['AWSPREVIOUS']);
      });

      test('under a label of its own leaves current alone', async () => {
        await put('etl', id('v2'), HOSTILE, ['ROTATION_STAGED']);
        expect(textOf(await current('etl'))).toBe('one');
        expect(textOf(await store.readVersion('etl', id('v2')))).toBe(HOSTILE);
        expect(await labelsOf('etl', id('v2'))).toEqual(['ROTATION_STAGED']);
      });

      test('the same again is written, other content under the same id a conflict', async () => {
        await put('etl', id('v2'), 'two', ['ROTATION_STAGED']);
        expect(await put('etl', id('v2'), 'two', ['ROTATION_STAGED'])).toBe('written');
        expect(await put('etl', id('v2'), 'three', ['ROTATION_STAGED'])).toBe('conflict');
        expect(textOf(await store.readVersion('etl', id('v2'), { fresh: true }))).toBe('two');
      });

      test('a label is on one version at a time', async () => {
        await put('etl', id('v2'), 'two', ['ROTATION_STAGED']);
        await put('etl', id('v3'), 'three', ['ROTATION_STAGED']);
        expect(await labelsOf('etl', id('v2'))).toEqual([]);
        expect(await labelsOf('etl', id('v3'))).toEqual(['ROTATION_STAGED']);
      });
    });

    describe('moving a label is a compare-and-swap', () => {
      let first: string;
      beforeEach(async () => {
        first = await currentId('etl');
        await put('etl', id('v2'), 'two', ['ROTATION_STAGED']);
      });

      test('moves it from where it is, and AWSPREVIOUS follows', async () => {
        expect(await move('AWSCURRENT', first, id('v2'))).toBe('moved');
        expect(textOf(await current('etl'))).toBe('two');
        expect(await labelsOf('etl', first)).toEqual(['AWSPREVIOUS']);
        expect(await labelsOf('etl', id('v2'))).toEqual(['AWSCURRENT', 'ROTATION_STAGED']);
      });

      test('made again, it was moved', async () => {
        await move('AWSCURRENT', first, id('v2'));
        expect(await move('AWSCURRENT', first, id('v2'))).toBe('moved');
        expect(textOf(await current('etl'))).toBe('two');
      });

      test('is lost where somebody wrote meanwhile, whose edit stays', async () => {
        await bench.edit('etl', 'edited');
        expect(await move('AWSCURRENT', first, id('v2'))).toBe('lost');
        expect(textOf(await current('etl'))).toBe('edited');
      });

      test('takes a label off, once and again', async () => {
        expect(await move('ROTATION_STAGED', id('v2'), undefined)).toBe('moved');
        expect(await move('ROTATION_STAGED', id('v2'), undefined)).toBe('moved');
        expect(await labelsOf('etl', id('v2'))).toEqual([]);
      });

      test('does not take it off another version', async () => {
        await put('etl', id('v3'), 'three', ['ROTATION_STAGED']);
        expect(await move('ROTATION_STAGED', id('v2'), undefined)).toBe('lost');
        expect(await labelsOf('etl', id('v3'))).toEqual(['ROTATION_STAGED']);
      });

      test('puts a label that is nowhere, and none that is somewhere', async () => {
        expect(await move('KEEP', undefined, first)).toBe('moved');
        expect(await move('KEEP', undefined, id('v2'))).toBe('lost');
        expect(await labelsOf('etl', first)).toEqual(['AWSCURRENT', 'KEEP']);
      });
    });

    describe('a rotation', () => {
      beforeEach(() => bench.create('billing', 'old', true));
      const pending = async () => labelsOf('billing', id('commit'));

      test('is turned on where it is', async () => {
        expect(await store.describe('billing')).toMatchObject({ name: 'billing', rotationEnabled: true });
        expect(await store.describe('etl')).toMatchObject({ rotationEnabled: false });
      });

      test('begins with an empty pending version, which reads as absent', async () => {
        expect(await store.rotate('billing', id('commit'))).toBe('started');
        expect(await pending()).toEqual(['AWSPENDING']);
        expect((await store.readVersion('billing', id('commit'))).kind).toBe('absent');
        expect(textOf(await current('billing'))).toBe('old');
      });

      test('fills it once, and is busy until it is current', async () => {
        await store.rotate('billing', id('commit'));
        expect(await put('billing', id('commit'), 'new', ['AWSPENDING'])).toBe('written');
        expect(textOf(await store.readVersion('billing', id('commit')))).toBe('new');
        expect(await put('billing', id('commit'), 'newer', ['AWSPENDING'])).toBe('conflict');
        expect(await store.rotate('billing', id('other'))).toBe('busy');
        expect(await store.rotate('billing', id('commit'))).toBe('busy');
        await store.moveLabel('billing', {
          label: 'AWSCURRENT',
          from: await currentId('billing'),
          to: id('commit'),
        });
        expect(await store.rotate('billing', id('other'))).toBe('started');
      });

      test('that was given up leaves its request token used', async () => {
        await store.rotate('billing', id('commit'));
        await put('billing', id('commit'), 'new', ['AWSPENDING']);
        await store.moveLabel('billing', { label: 'AWSPENDING', from: id('commit'), to: undefined });
        expect(await store.rotate('billing', id('commit'))).toBe('used');
        expect(await store.rotate('billing', id('other'))).toBe('started');
      });

      test('that holds the secret is let go by taking AWSPENDING off', async () => {
        await store.rotate('billing', id('commit'));
        expect(
          await store.moveLabel('billing', { label: 'AWSPENDING', from: id('commit'), to: undefined }),
        ).toBe('moved');
        expect(await store.rotate('billing', id('other'))).toBe('started');
      });

      test('a fresh read sees what the service holds, not what was read before', async () => {
        await store.rotate('billing', id('commit'));
        await put('billing', id('commit'), 'new', ['AWSPENDING']);
        await bench.delete('billing');
        expect((await store.readVersion('billing', id('commit'), { fresh: true })).kind).toBe('absent');
      });
    });
  });
}
