import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { derivedVersionId, fingerprint } from '../../../../lib/core/domain/version-ids.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { hostileText } from '../../../support/hostile.ts';

const parts = fc.array(hostileText, { minLength: 1, maxLength: 4 });

describe('a derived version id', () => {
  test('has the form of a UUID in 36 characters, which ClientRequestToken takes', () => {
    fc.assert(
      fc.property(parts, (texts) => {
        expect(derivedVersionId(...texts)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect(derivedVersionId(...texts)).toHaveLength(36);
      }),
    );
  });

  test('is the same for the same parts, in this release and the next', () => {
    expect(derivedVersionId('stage', 'token', 'arn', 'base')).toBe('ffe5b5a5-8b4a-750b-d185-b54b1a82d34d');
  });

  test('differs where the parts differ, also in how they are cut', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(derivedVersionId(...a)).not.toBe(derivedVersionId(...b));
      }),
    );
    expect(derivedVersionId('a', 'bc')).not.toBe(derivedVersionId('ab', 'c'));
    expect(derivedVersionId('a,b')).not.toBe(derivedVersionId('a', 'b'));
    expect(derivedVersionId('a')).not.toBe(derivedVersionId('a', ''));
  });
});

describe('a fingerprint', () => {
  const print = (key: string, secret: string) => fingerprint(Redacted.of(key), Redacted.of(secret));

  test('is short, the same for the same secret, and another under another key', () => {
    expect(print('key', 'token')).toMatch(/^[0-9a-f]{12}$/);
    expect(print('key', 'token')).toBe(print('key', 'token'));
    expect(print('key', 'token')).not.toBe(print('key', 'token2'));
    expect(print('key', 'token')).not.toBe(print('key2', 'token'));
  });

  test('can be taken of any text', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (key, secret) => expect(print(key, secret)).toHaveLength(12)),
    );
  });
});
