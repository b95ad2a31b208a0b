import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IntegrationConfig } from '../../../../lib/core/config/schema.ts';
import { carries } from '../../../../lib/core/formats/registry.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { hostileNonEmpty, hostileText, jsonValue } from '../../../support/hostile.ts';
import {
  anyCredential,
  credential,
  type FixedFormat,
  hostile,
  login,
  read,
  rendered,
  wellFormed,
} from './harness.ts';

type Entry = Extract<IntegrationConfig, { format: 'envelope' }>['entries'][number];

const inEnvelope = (...entries: readonly Entry[]): IntegrationConfig => ({
  secret: 'all',
  format: 'envelope',
  entries,
});
const entry = (key: string, format: FixedFormat): Entry => ({ key, format });
const JOINED = { u: '{username}', p: '{password}{securityToken}' };
const joined = (key: string): Entry => ({ key, format: 'template', fields: JOINED });

/** A format, whether it also lives in a JSON object, and what its text may begin as. */
const KINDS: readonly (readonly [format: FixedFormat, text: string, object: boolean])[] = [
  ['json', '{"a": 1}', true],
  ['simple-salesforce', '{}', true],
  ['airflow-json', '{"extra": {"k": [1]}}', true],
  ['airflow-uri', 'salesforce://h?k=v', false],
  ['dataloader', '# c\nk=v\n', true],
  ['mulesoft', 'k=v', true],
  ['kafka-connect', '', true],
  ['jsforce-env', "K='v'\n", true],
  ['env', '', true],
];

/** What an envelope holds of an entry at first: nothing, text, or an object. */
const beginnings = (text: string, object: boolean) =>
  fc.constantFrom<unknown>(
    text,
    ...(object ? [{ k: 1 }, {}] : []),
    ...(text === 'salesforce://h?k=v' ? [] : [undefined]),
  );

const foreign = fc.uniqueArray(
  fc.tuple(
    fc.oneof(hostileText, fc.constantFrom('__proto__', '10', '2')).map((key) => `f${key}`),
    jsonValue,
  ),
  { selector: ([key]) => key, maxLength: 4 },
);

/** Any envelope of all formats under hostile keys, with somebody else's keys between them. */
const anyEnvelope = fc
  .record({
    kinds: fc.shuffledSubarray([...KINDS], { minLength: 1 }),
    key: hostileNonEmpty,
    foreign,
    indent: fc.constantFrom(undefined, 2, '\t'),
  })
  .chain(({ kinds, key, foreign: others, indent }) => {
    const entries = kinds.map(([format], index) => entry(`e${index}${key}`, format));
    const template = joined(`t${key}`);
    return fc.tuple(...kinds.map(([, text, object]) => beginnings(text, object))).map((held) => {
      const fields = [
        ...entries.map(({ key: name }, index) => [name, held[index]] as const),
        [template.key, { tenant: 1 }] as const,
        ...others,
      ];
      return {
        config: inEnvelope(...entries, template),
        current: JSON.stringify(Object.fromEntries(fields), undefined, indent),
      };
    });
  });

describe('all formats in one envelope', () => {
  test('read back as the same credential, whatever it is; the same text comes back with it', () => {
    fc.assert(
      fc.property(
        anyEnvelope,
        anyCredential(wellFormed),
        anyCredential(wellFormed),
        ({ config, current }, first, second) => {
          const once = rendered(config, current, first);
          expect(read(config, once)).toEqual(login(first));
          expect(carries(config, Redacted.of(once), first)).toBe(true);
          const twice = rendered(config, once, second);
          expect(carries(config, Redacted.of(twice), second)).toBe(true);
          expect(rendered(config, twice, first)).toBe(once);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('hold any text where all of their formats do', () => {
    const config = inEnvelope(entry('a', 'json'), entry('b', 'mulesoft'), joined('c'));
    fc.assert(
      fc.property(anyCredential(hostile), (value) => {
        const text = rendered(config, '{"c":{}}', value);
        expect(read(config, text)).toEqual(login(value));
      }),
      { numRuns: 200 },
    );
  });

  test('keys of nobody’s stay as they were written, in their order', () => {
    fc.assert(
      fc.property(anyEnvelope, anyCredential(wellFormed), ({ config, current }, value) => {
        const before = JSON.parse(current) as Record<string, unknown>;
        const after = JSON.parse(rendered(config, current, value)) as Record<string, unknown>;
        expect(Object.keys(after).slice(0, Object.keys(before).length)).toEqual(Object.keys(before));
        for (const [key, field] of Object.entries(before))
          if (key.startsWith('f')) expect(after[key]).toEqual(field);
      }),
    );
  });
});

const BILLING = credential({
  username: 'u@x',
  password: 'p"w',
  token: 'tok',
  loginUrl: 'https://x.my.salesforce.com',
});

describe('what is not of an entry stays to the byte', () => {
  test.each([
    [
      'text, an object, and keys between and around them',
      '{ "10":1.0,\n "crm" : {"t":"\\u00e9", "p":"old"} ,"2":[ ],\r\n"env":"A=1 # c\\nSALESFORCE_PASSWORD=x\\n"}\n',
      '{ "10":1.0,\n "crm" : {"t":"\\u00e9", "p":"p\\"wtok","u":"u@x"} ,"2":[ ],\r\n' +
        '"env":"A=1 # c\\nSALESFORCE_PASSWORD=\'p\\"w\'\\nSALESFORCE_USERNAME=u@x\\nSALESFORCE_SECURITY_TOKEN=tok\\nSALESFORCE_INSTANCE_URL=https://x.my.salesforce.com\\n"}\n',
    ],
  ])('%s', (_name, current, expected) => {
    const config = inEnvelope(joined('crm'), entry('env', 'env'));
    expect(rendered(config, current, BILLING)).toBe(expected);
    expect(rendered(config, expected, BILLING)).toBe(expected);
  });

  test('an entry that is missing is added after the last key, as text', () => {
    const config = inEnvelope(entry('new', 'json'));
    expect(JSON.parse(rendered(config, '{\n  "a": 1\n}', BILLING))).toEqual({
      a: 1,
      new: '{"username":"u@x","password":"p\\"w","securityToken":"tok","loginUrl":"https://x.my.salesforce.com"}',
    });
  });
});

describe('what cannot be written is refused, by its entry and without its value', () => {
  test.each([
    ['', 'it is no JSON object'],
    ['["S3cret"]', 'it is no JSON object'],
    ['{"a":"{}","a":"S3cret"}', 'it has a duplicate key "a"'],
    ['{"a":7}', 'in its entry "a", it is neither text nor a JSON object'],
    ['{"a":null}', 'in its entry "a", it is neither text nor a JSON object'],
    ['{"a":["S3cret"]}', 'in its entry "a", it is neither text nor a JSON object'],
    ['{"a":"S3cret"}', 'in its entry "a", it is no JSON object'],
    ['{"a":""}', 'in its entry "a", it is no JSON object'],
    ['{"a":{"k":1,"k":"S3cret"}}', 'in its entry "a", it has a duplicate key "k"'],
  ])('%j', (current, problem) => {
    const config = inEnvelope(entry('a', 'json'));
    expect(rendered(config, current)).toBe(`refused: ${problem}`);
    expect(read(config, current)).toBe(`refused: ${problem}`);
  });

  test('a missing entry whose format needs something to begin with', () => {
    expect(rendered(inEnvelope(entry('dag', 'airflow-uri')), '{}')).toBe(
      'refused: in its entry "dag", it is missing, and its format needs something to begin with',
    );
  });

  test('a credential that one of the formats cannot hold', () => {
    const config = inEnvelope(entry('a', 'json'), entry('b', 'env'));
    expect(rendered(config, '{"b":"A=1"}', credential({ password: 'x\0y' }))).toBe(
      'refused: in its entry "b", "SALESFORCE_PASSWORD" would hold a character that no KEY=value text can',
    );
  });

  test('one byte too many, the envelope as a whole', () => {
    const config = inEnvelope(entry('a', 'json'), entry('b', 'json'));
    const filled = (length: number) => JSON.stringify({ filling: 'x'.repeat(length) });
    const least = Buffer.byteLength(rendered(config, filled(0)));
    expect(Buffer.byteLength(rendered(config, filled(65_536 - least)))).toBe(65_536);
    expect(rendered(config, filled(65_537 - least))).toBe(
      'refused: with the credential in it, it would be 65,537 bytes, and a secret holds 65,536',
    );
  });
});

describe('it reads as a login only if all entries agree', () => {
  const BOTH = inEnvelope(entry('a', 'json'), joined('b'));
  const agreeing = rendered(BOTH, '{"b":{}}', BILLING);

  test('an entry that leaves the login URL to its integration agrees with any', () => {
    expect(read(BOTH, agreeing)).toEqual(login(BILLING));
    expect(carries(BOTH, Redacted.of(agreeing), BILLING)).toBe(true);
    expect(read(inEnvelope(joined('b')), agreeing)).toEqual({ ...login(BILLING), loginUrl: undefined });
  });

  test.each([
    ['username', { u: 'other@x' }],
    ['password', { p: 'other' }],
  ])('another %s in one of them', (_what, change) => {
    const { b, ...rest } = JSON.parse(agreeing) as { b: object };
    const text = JSON.stringify({ b: { ...b, ...change }, ...rest });
    expect(read(BOTH, text)).toBe('refused: its entries carry different logins');
    expect(carries(BOTH, Redacted.of(text), BILLING)).toBe(false);
    expect(rendered(BOTH, text, BILLING)).toBe(agreeing);
  });

  test('another login URL in one of them', () => {
    const config = inEnvelope(entry('a', 'json'), entry('b', 'mulesoft'));
    const one = JSON.parse(rendered(config, '{}', BILLING)) as object;
    const other = JSON.parse(
      rendered(config, '{}', { ...BILLING, loginUrl: 'https://y.my.salesforce.com' }),
    ) as { b: string };
    expect(read(config, JSON.stringify({ ...one, b: other.b }))).toBe(
      'refused: its entries carry different logins',
    );
  });

  test('one that is missing', () => {
    expect(read(BOTH, JSON.stringify({ ...JSON.parse(agreeing), b: undefined }))).toBe(
      'refused: its entry "b" is missing',
    );
    expect(read(inEnvelope(), '{}')).toBe('refused: it has no entries');
  });
});
