import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import properties from 'dot-properties';
import dotenv from 'dotenv';
import fc from 'fast-check';
import { anyCredential, credential, inFormat, login, oneLine, rendered, wellFormed } from './harness.ts';

/** Credentials for which one spelling exists that shells and dotenv readers take alike. */
const inCommonSpelling = fc.oneof(
  ...[
    // npm's dotenv takes a backslash before the closing quote for an escape.
    oneLine.map((text) => text.replaceAll("'", '').replace(/\\+$/, '')),
    oneLine.map((text) => text.replaceAll(/["\\$`]/g, '')),
    wellFormed.map((text) => text.replaceAll(/["\\$`\r]/g, '')),
  ].map((text) => anyCredential(text.filter((some) => some !== ''))),
);

describe('an Airflow URI, by the URL standard', () => {
  test('has the user, the password and the extra fields', () => {
    fc.assert(
      fc.property(anyCredential(wellFormed), (value) => {
        const url = new URL(rendered(inFormat('airflow-uri'), 'salesforce://h.example/?version=58.0', value));
        expect(decodeURIComponent(url.username)).toBe(value.username);
        const password = decodeURIComponent(url.password);
        expect(password + url.searchParams.get('security_token')).toBe(login(value).password);
        const domain = url.searchParams.get('domain') ?? '';
        expect(domain.startsWith('http') ? domain : `https://${domain}.salesforce.com`).toBe(value.loginUrl);
        expect(url.searchParams.get('version')).toBe('58.0');
        expect([url.protocol, url.host]).toEqual(['salesforce:', 'h.example']);
      }),
    );
  });
});

describe('.properties, by an independent parser', () => {
  test.each([
    ['dataloader', ['sfdc.username', 'sfdc.password', '', 'sfdc.endpoint']],
    ['mulesoft', ['sfdc.username', 'sfdc.password', 'sfdc.securityToken', 'sfdc.url']],
    [
      'kafka-connect',
      ['salesforce.username', 'salesforce.password', 'salesforce.password.token', 'salesforce.instance'],
    ],
  ] as const)('%s', (format, [username, password, token, url]) => {
    fc.assert(
      fc.property(anyCredential(), (value) => {
        const current = '# c\\\nfirst : a\\\n   b\n\nlast\\=\\u00e9 = \\ x';
        const found = properties.parse(rendered(inFormat(format), current, value)) as Record<string, string>;
        expect(found[username]).toBe(value.username);
        expect(`${found[password]}${token === '' ? '' : found[token]}`).toBe(login(value).password);
        expect(found[url]).toBe(value.loginUrl);
        expect(found).toMatchObject({ first: 'ab', 'last=é': ' x' });
      }),
    );
  });
});

const ENV_KEYS = {
  'jsforce-env': ['SF_USERNAME', 'SF_PASSWORD', undefined, 'SF_LOGIN_URL'],
  env: ['SALESFORCE_USERNAME', 'SALESFORCE_PASSWORD', 'SALESFORCE_SECURITY_TOKEN', 'SALESFORCE_INSTANCE_URL'],
} as const;

describe.each(['jsforce-env', 'env'] as const)('KEY=value lines: %s', (format) => {
  const current = "# it's\nFIRST='a # b' # c\n\nexport LAST=\"x\"";
  const [username, password, token, url] = ENV_KEYS[format];
  const loginIn = (found: Readonly<Record<string, string | undefined>>) => ({
    username: found[username],
    password: `${found[password]}${token === undefined ? '' : found[token]}`,
    loginUrl: found[url],
  });

  test.each([
    ['dotenv', (text: string) => dotenv.parse(text)],
    ['node:util', (text: string) => parseEnv(text)],
  ])('%s reads what is written in the common spelling', (_name, parse) => {
    fc.assert(
      fc.property(inCommonSpelling, (value) => {
        const found = parse(rendered(inFormat(format), current, value));
        expect(loginIn(found)).toEqual(login(value));
        expect(found).toMatchObject({ FIRST: 'a # b', LAST: 'x' });
      }),
    );
  });

  describe('a shell', () => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'formats-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test('reads every credential', () => {
      const file = join(folder, '.env');
      const names = ENV_KEYS[format].filter((name) => name !== undefined);
      const script = `set -eu; . "$0"; printf '%s\\0' ${names.map((name) => `"$${name}"`).join(' ')}`;
      fc.assert(
        fc.property(anyCredential(wellFormed), (value) => {
          writeFileSync(file, rendered(inFormat(format), current, value));
          const shell = spawnSync('sh', ['-c', script, file], { encoding: 'utf8', env: {} });
          expect(shell.stderr).toBe('');
          const values = shell.stdout.split('\0');
          expect(loginIn(Object.fromEntries(names.map((name, index) => [name, values[index]])))).toEqual(
            login(value),
          );
        }),
        { numRuns: 60 },
      );
    });
  });
});

test('a password with every common special character has the common spelling', () => {
  const value = credential({ password: '!@#$%^&*()_+-=[]{}|;:,.<>?/~`"\\ ' });
  expect(dotenv.parse(rendered(inFormat('jsforce-env'), '', value))['SF_PASSWORD']).toBe(
    login(value).password,
  );
});
