import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { carries } from '../../../../lib/core/formats/registry.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { hostileText, jsonValue } from '../../../support/hostile.ts';
import {
  anyCredential,
  credential,
  type FixedFormat,
  hostile,
  inFormat,
  inTemplate,
  login,
  oneLine,
  read,
  rendered,
  wellFormed,
} from './harness.ts';

type Config = ReturnType<typeof inFormat>;

/** Foreign lines with keys of their own, in the syntax's own liberties. `#` stands for a number. */
const line = (spellings: readonly string[]) => fc.constantFrom(...spellings);
const numbered = (lines: readonly string[]) =>
  lines.map((text, index) => text.replaceAll('№', String(index)));
const propertiesLine = fc.oneof(
  line(['', '  ', 'f№ = a\\', 'f№', 'f№\\ x:\\u00e9\\\n  b', '! f=\\', '\tf№ \\=', 'f№=\\\n\n']),
  oneLine.map((text) => `# ${text}`),
  oneLine.map((text) => `f№=${text.replaceAll('\\', '/')}`),
);
const envLine = fc.oneof(
  line([
    '',
    '\t',
    'F№=',
    "export F№='a\nb' # c",
    'F№="a\\"\\\\"',
    'F№=a b # c',
    'F.№-x = `"`',
    "F№='a'\\''b'",
  ]),
  oneLine.map((text) => `# ${text}`),
  oneLine.map((text) => `F№='${text.replaceAll("'", '')}'`),
);
const texts = (syntax: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.array(syntax, { maxLength: 6 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
    .map(([lines, lineBreak, ended]) => numbered(lines).join(lineBreak) + (ended ? lineBreak : ''));
const json = fc
  .tuple(
    fc.uniqueArray(
      fc.tuple(
        fc.oneof(hostileText, fc.constantFrom('__proto__', '10', '2')).map((key) => `f${key}`),
        jsonValue,
      ),
      { selector: ([key]) => key, maxLength: 5 },
    ),
    fc.constantFrom(undefined, 2, '\t'),
  )
  .map(([fields, indent]) => JSON.stringify(Object.fromEntries(fields), undefined, indent));
const uri = fc
  .tuple(
    fc.constantFrom('salesforce://', 'salesforce://u:p@h:1/x', 'salesforce://https://h/', 'salesforce://@h'),
    fc.array(fc.tuple(wellFormed, wellFormed), { maxLength: 3 }),
    fc.constantFrom('', '#f', '\n'),
  )
  .map(([start, parameters, end]) => {
    const query = parameters.map(
      ([k, v], index) => `f${index}${encodeURIComponent(k)}=${encodeURIComponent(v)}`,
    );
    return `${start}${query.length === 0 ? '' : `?${query.join('&')}`}${end}`;
  });

const FORMATS: readonly (readonly [
  name: string,
  format: FixedFormat,
  foreign: fc.Arbitrary<string>,
  text: fc.Arbitrary<string>,
])[] = [
  ['json', 'json', json, hostile],
  ['simple-salesforce', 'simple-salesforce', json, hostile],
  ['airflow-json', 'airflow-json', json, hostile],
  [
    'airflow-json with extra as an object',
    'airflow-json',
    json.map((extra) => `{"extra": ${extra}, "a": 1}`),
    hostile,
  ],
  [
    'airflow-json with extra as text',
    'airflow-json',
    json.map((extra) => `{"extra": ${JSON.stringify(extra)}, "a": 1}`),
    hostile,
  ],
  ['airflow-uri', 'airflow-uri', uri, wellFormed],
  [
    'airflow-uri with one extra parameter',
    'airflow-uri',
    json.map((extra) => `salesforce://h?__extra__=${encodeURIComponent(extra)}`),
    wellFormed,
  ],
  ['dataloader', 'dataloader', texts(propertiesLine), hostile],
  ['mulesoft', 'mulesoft', texts(propertiesLine), hostile],
  ['kafka-connect', 'kafka-connect', texts(propertiesLine), hostile],
  ['mulesoft as JSON', 'mulesoft', json, hostile],
  ['jsforce-env', 'jsforce-env', texts(envLine), wellFormed],
  ['env', 'env', texts(envLine), wellFormed],
  ['env as JSON', 'env', json, hostile],
];

/** `parse(render(t, c)) = c`; and with another credential in between, the same text comes back. */
function holds(config: Config, foreign: fc.Arbitrary<string>, text: fc.Arbitrary<string>, url?: 'unknown') {
  fc.assert(
    fc.property(foreign, anyCredential(text), anyCredential(text), (current, first, second) => {
      const once = rendered(config, current, first);
      const expected = login(first);
      expect(read(config, once)).toEqual(url === undefined ? expected : { ...expected, loginUrl: undefined });
      expect(carries(config, Redacted.of(once), first)).toBe(true);
      const twice = rendered(config, once, second);
      expect(read(config, twice)).toMatchObject({ username: second.username });
      expect(rendered(config, twice, first)).toBe(once);
    }),
    { numRuns: 200 },
  );
}

describe('what is rendered reads back as the same credential, whatever it is and whatever stood there', () => {
  test.each(FORMATS)('%s', (_name, format, foreign, text) => holds(inFormat(format), foreign, text));

  test.each([
    ['apart', { u: '{username}', p: '{password}', t: '{securityToken}', l: '{loginUrl}' }, undefined],
    ['joined, with a domain', { u: '{username}', p: '{password}{securityToken}', d: '{domain}' }, undefined],
    [
      'with texts around',
      { u: 'a{username}b', p: '{{{password}{securityToken}}}', d: 'https://{domain}.x' },
      undefined,
    ],
    [
      'one told by the others',
      {
        c: 'User={username};Password={password}{securityToken};Url={loginUrl}',
        u: '{username}',
        l: '{loginUrl}',
      },
      undefined,
    ],
    [
      'token before password',
      { p: '{password}', x: '{securityToken}{password}', u: '{username}' },
      'unknown' as const,
    ],
  ] as const)('template: %s', (_name, fields, url) => holds(inTemplate(fields), json, hostile, url));
});

describe('what is not its own stays, byte for byte', () => {
  const additive = FORMATS.filter(([name]) =>
    /^(dataloader|mulesoft|kafka-connect|jsforce-env|env)$/.test(name),
  );

  test.each(additive)('%s: before the lines that are added', (_name, format, foreign) => {
    fc.assert(
      fc.property(foreign, (current) => {
        expect(rendered(inFormat(format), current).startsWith(current)).toBe(true);
      }),
    );
  });

  test.each(additive)('%s: between the lines that are changed', (_name, format, foreign) => {
    const [old, next] = [credential({ username: 'old', password: "it's" }), credential({ password: 'N="w' })];
    const own = (value: typeof old) => rendered(inFormat(format), '', value).trimEnd().split('\n');
    const mixed = (between: readonly string[], lines: readonly string[]) =>
      between.map((foreignLine, index) => `${foreignLine}\n${lines[index] ?? ''}\n`).join('');
    const lines = fc.array(foreign, { minLength: 4, maxLength: 4 }).filter((parts) => {
      const keys = parts.join('\n').match(/\b[fF]\.?\d/g) ?? [];
      return new Set(keys).size === keys.length && !parts.some((part) => part.endsWith('\\'));
    });
    fc.assert(
      fc.property(lines, (between) => {
        expect(rendered(inFormat(format), mixed(between, own(old)), next)).toBe(mixed(between, own(next)));
      }),
    );
  });

  test('JSON: around the fields that are added', () => {
    fc.assert(
      fc.property(json, (current) => {
        const text = rendered(inFormat('json'), current);
        const head = current.replace(/\s*\}$/, '');
        expect(text.startsWith(head)).toBe(true);
        expect(text.endsWith(current.slice(head.length))).toBe(true);
      }),
    );
  });
});
