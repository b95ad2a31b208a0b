import { describe, expect, test } from '@jest/globals';
import { credential, type FixedFormat, inFormat, login, read, rendered } from './harness.ts';

/** One credential in every format, from the least content that the format accepts. */
const FRESH: readonly (readonly [format: FixedFormat, current: string, expected: string])[] = [
  [
    'json',
    '{}',
    '{"username":"billing@acme.com","password":"p&ss W0rd#1","securityToken":"AbCdEf123","loginUrl":"https://acme--uat.sandbox.my.salesforce.com"}',
  ],
  [
    'simple-salesforce',
    '{}',
    '{"username":"billing@acme.com","password":"p&ss W0rd#1","security_token":"AbCdEf123","domain":"acme--uat.sandbox.my"}',
  ],
  [
    'airflow-uri',
    'salesforce://',
    'salesforce://billing%40acme.com:p%26ss%20W0rd%231@/?security_token=AbCdEf123&domain=acme--uat.sandbox.my',
  ],
  [
    'airflow-json',
    '{}',
    '{"conn_type":"salesforce","login":"billing@acme.com","password":"p&ss W0rd#1","extra":{"security_token":"AbCdEf123","domain":"acme--uat.sandbox.my"}}',
  ],
  [
    'dataloader',
    '',
    'sfdc.username=billing@acme.com\nsfdc.password=p&ss W0rd\\#1AbCdEf123\nsfdc.endpoint=https\\://acme--uat.sandbox.my.salesforce.com\n',
  ],
  [
    'jsforce-env',
    '',
    "SF_USERNAME=billing@acme.com\nSF_PASSWORD='p&ss W0rd#1AbCdEf123'\nSF_LOGIN_URL=https://acme--uat.sandbox.my.salesforce.com\n",
  ],
  [
    'mulesoft',
    '',
    'sfdc.username=billing@acme.com\nsfdc.password=p&ss W0rd\\#1\nsfdc.securityToken=AbCdEf123\nsfdc.url=https\\://acme--uat.sandbox.my.salesforce.com\n',
  ],
  [
    'kafka-connect',
    '',
    'salesforce.username=billing@acme.com\nsalesforce.password=p&ss W0rd\\#1\nsalesforce.password.token=AbCdEf123\nsalesforce.instance=https\\://acme--uat.sandbox.my.salesforce.com\n',
  ],
  [
    'env',
    '',
    "SALESFORCE_USERNAME=billing@acme.com\nSALESFORCE_PASSWORD='p&ss W0rd#1'\nSALESFORCE_SECURITY_TOKEN=AbCdEf123\nSALESFORCE_INSTANCE_URL=https://acme--uat.sandbox.my.salesforce.com\n",
  ],
  [
    'dataloader',
    '{"k": 1.0}',
    '{"k": 1.0,"sfdc.username":"billing@acme.com","sfdc.password":"p&ss W0rd#1AbCdEf123","sfdc.endpoint":"https://acme--uat.sandbox.my.salesforce.com"}',
  ],
  [
    'jsforce-env',
    ' {"SF_USERNAME":"x"}',
    ' {"SF_USERNAME":"billing@acme.com","SF_PASSWORD":"p&ss W0rd#1AbCdEf123","SF_LOGIN_URL":"https://acme--uat.sandbox.my.salesforce.com"}',
  ],
];

test.each(FRESH)('%s into %j', (format, current, expected) => {
  expect(rendered(inFormat(format), current)).toBe(expected);
  expect(read(inFormat(format), expected)).toEqual(login(credential()));
});

test.each(FRESH)('%s into %j without a token: empty, and read as none', (format, current, expected) => {
  const value = credential({ token: undefined });
  expect(rendered(inFormat(format), current, value)).toBe(expected.replace('AbCdEf123', ''));
  expect(read(inFormat(format), expected.replace('AbCdEf123', ''))).toEqual(login(value));
});

test('.properties are ASCII, so that no encoding can spoil them', () => {
  const value = credential({ username: ' é 🔑\u0007\t', password: '=:#!\\ ' });
  expect(rendered(inFormat('mulesoft'), '', value)).toMatch(
    /^sfdc\.username=\\ \\u00E9 \\uD83D\\uDD11\\u0007\\t\nsfdc\.password=\\=\\:\\#\\!\\\\ \n/,
  );
});

test('a plus sign in a URI is a blank in a parameter, and a plus sign before the host', () => {
  const uri = 'salesforce://u+u:p+p@h/?security_token=a+b%2Bc&domain=login';
  expect(read(inFormat('airflow-uri'), uri)).toMatchObject({ username: 'u+u', password: 'p+pa b+c' });
});

describe('the domain', () => {
  test.each([
    ['https://login.salesforce.com', 'login'],
    ['https://test.salesforce.com', 'test'],
    ['https://acme.my.salesforce.com', 'acme.my'],
    ['https://acme--uat.sandbox.my.salesforce.com', 'acme--uat.sandbox.my'],
    ['http://127.0.0.1:4711', 'http://127.0.0.1:4711'],
  ])('of %s is %s, and leads back', (loginUrl, domain) => {
    for (const format of ['simple-salesforce', 'airflow-json', 'airflow-uri'] as const) {
      const text = rendered(
        inFormat(format),
        format === 'airflow-uri' ? 'salesforce://' : '{}',
        credential({ loginUrl }),
      );
      expect(text).toContain(
        format === 'airflow-uri' ? `domain=${encodeURIComponent(domain)}` : `"domain":"${domain}"`,
      );
      expect(read(inFormat(format), text)).toMatchObject({ loginUrl });
    }
  });

  test.each([
    'https://acme.my.salesforce.mil',
    'https://salesforce.com',
    'https://acme.my.salesforce.com/path',
    'https://acme.my.salesforce.com:444',
    'http://acme.my.salesforce.com',
    'https://evil.example/x.salesforce.com',
  ])('cannot say %s, which is refused', (loginUrl) => {
    const value = credential({ loginUrl });
    for (const format of ['simple-salesforce', 'airflow-json', 'airflow-uri'] as const)
      expect(rendered(inFormat(format), format === 'airflow-uri' ? 'salesforce://' : '{}', value)).toBe(
        `refused: the format "${format}" can only log in at "https://{domain}.salesforce.com", and the login URL is not of that form`,
      );
  });

  test.each([
    '{"username":"u","password":"p"}',
    '{"username":"u","password":"p","domain":null}',
    '{"username":"u","password":"p","domain":""}',
  ])('that is not there means login: %s', (text) => {
    expect(read(inFormat('simple-salesforce'), text)).toEqual({
      username: 'u',
      password: 'p',
      loginUrl: 'https://login.salesforce.com',
    });
  });

  test('that is none is not read as one', () => {
    expect(
      read(inFormat('simple-salesforce'), '{"username":"u","password":"p","domain":"https://x.y"}'),
    ).toBe('refused: it lacks username, password or domain');
  });
});

describe('the size', () => {
  const limit = 65_536;
  const room = limit - rendered(inFormat('json'), '{"é":""}').length - 1;

  test('may be what a secret holds, in bytes', () => {
    expect(Buffer.byteLength(rendered(inFormat('json'), `{"é":"${'x'.repeat(room)}"}`))).toBe(limit);
  });

  test('is refused when it is one byte more', () => {
    expect(rendered(inFormat('json'), `{"é":"${'x'.repeat(room + 1)}"}`)).toBe(
      'refused: with the credential in it, it would be 65,537 bytes, and a secret holds 65,536',
    );
  });
});
