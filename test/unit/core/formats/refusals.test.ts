import { describe, expect, test } from '@jest/globals';
import { credential, type FixedFormat, inFormat, inTemplate, read, rendered } from './harness.ts';

const NO_JSON = 'it is no JSON object';
const NO_PROPERTIES = 'it is neither .properties text nor a JSON object';
const NO_URI = 'it is no URI that starts with "salesforce://"';

const BAD: readonly (readonly [format: FixedFormat, content: string, problem: string])[] = [
  ...(['json', 'simple-salesforce', 'airflow-json'] as const).flatMap((format) =>
    ['', 'S3cret', '[]', '{"S3cret":', '"S3cret"', 'null', 'S3cret=1'].map(
      (content) => [format, content, NO_JSON] as const,
    ),
  ),
  ['json', '{"password":"S3cret","password":"S3cret2"}', 'it has a duplicate key "password"'],
  ['json', '{"a":"S3cret","\\u0061":1}', 'it has a duplicate key "a"'],
  ['json', '{"S3cret is here":1,"S3cret is here":2}', 'it has a duplicate key "…"'],
  ['airflow-json', '{"conn_type":"http","password":"S3cret"}', 'its conn_type is not "salesforce"'],
  ['airflow-json', '{"conn_type":7}', 'its conn_type is not "salesforce"'],
  ['airflow-json', '{"extra":["S3cret"]}', 'in "extra", it is no JSON object'],
  ['airflow-json', '{"extra":"S3cret"}', 'in "extra", it is no JSON object'],
  ['airflow-json', '{"extra":{"a":1,"a":"S3cret"}}', 'in "extra", it has a duplicate key "a"'],
  ['airflow-json', '{"extra":"{\\"a\\":1,\\"a\\":2}"}', 'in "extra", it has a duplicate key "a"'],
  ...['', '{}', 'S3cret', 'http://u:S3cret@h/', 'salesforce://u:S3cret@h/ x', 'salesforce:S3cret'].map(
    (content) => ['airflow-uri', content, NO_URI] as const,
  ),
  ['airflow-uri', 'salesforce://u:p@h/?domain=S3cret&domain=x', 'it has a duplicate key "domain"'],
  ['airflow-uri', 'salesforce://u:p@h/?a=S3cret&%61=x', 'it has a duplicate key "a"'],
  ['airflow-uri', 'salesforce://u:p@h/?__extra__=S3cret', 'in "__extra__", it is no JSON object'],
  ...(['dataloader', 'mulesoft', 'kafka-connect'] as const).flatMap((format) => [
    [format, '{"S3cret":', NO_JSON] as const,
    [format, '{"k":1,"k":"S3cret"}', 'it has a duplicate key "k"'] as const,
    [format, '["S3cret"]', NO_PROPERTIES] as const,
    [format, '<p>S3cret</p>', NO_PROPERTIES] as const,
    [format, 'salesforce://u:S3cret@h', NO_PROPERTIES] as const,
    [format, '-----BEGIN S3cret', NO_PROPERTIES] as const,
    [format, 'a=S3cret\n#\nb=1\na : 2', 'it has a duplicate key "a"'] as const,
    [format, 'a=\\\n1\nb=\\u00S3cret', 'line 3 has a broken \\u escape'] as const,
  ]),
  ...(['jsforce-env', 'env'] as const).flatMap((format) => [
    [format, '{"S3cret":', NO_JSON] as const,
    [format, 'S3cret', 'line 1 is neither a comment nor KEY=value'] as const,
    [format, 'A=1\r\n# x\r\nS3cret: x', 'line 3 is neither a comment nor KEY=value'] as const,
    [format, 'A=1\nexport S3cret', 'line 2 is neither a comment nor KEY=value'] as const,
    [format, 'A=1\nB="S3cret\nC=1', 'line 2 has a quote that is not closed'] as const,
    [format, "B='S3cret", 'line 1 has a quote that is not closed'] as const,
    [format, "A=S3cret\nexport A='2'", 'it has a duplicate key "A"'] as const,
  ]),
];

test.each(BAD)('%s: %j is refused, to read and to write, and not quoted', (format, content, problem) => {
  expect(rendered(inFormat(format), content)).toBe(`refused: ${problem}`);
  expect(read(inFormat(format), content)).toBe(`refused: ${problem}`);
  expect(problem).not.toContain('S3cret');
});

test.each(['', '{"a":', '[]'])('template: %j is refused', (content) => {
  const template = inTemplate({ u: '{username}', p: '{password}{securityToken}' });
  expect(rendered(template, content)).toBe(`refused: ${NO_JSON}`);
  expect(read(template, content)).toBe(`refused: ${NO_JSON}`);
});

describe('content that holds no login is not read as one', () => {
  test.each([
    ['simple-salesforce', '{"username":"S3cret"}', 'it lacks username, password or domain'],
    ['airflow-json', '{"login":"S3cret"}', 'it lacks login, password or a domain in extra'],
    ['airflow-uri', 'salesforce://h/?security_token=S3cret', 'it lacks a user, a password or a domain'],
    ['airflow-uri', 'salesforce://S3cret%:p@h/', 'it lacks a user, a password or a domain'],
    ['dataloader', 'sfdc.password=S3cret', 'it lacks sfdc.username, sfdc.password or sfdc.endpoint'],
    ['mulesoft', '{"sfdc.password":"S3cret"}', 'it lacks sfdc.username, sfdc.password or sfdc.url'],
    [
      'kafka-connect',
      'salesforce.username=S3cret',
      'it lacks salesforce.username, salesforce.password or salesforce.instance',
    ],
    ['jsforce-env', 'SF_PASSWORD=S3cret', 'it lacks SF_USERNAME, SF_PASSWORD or SF_LOGIN_URL'],
    [
      'env',
      'SALESFORCE_PASSWORD=S3cret',
      'it lacks SALESFORCE_USERNAME, SALESFORCE_PASSWORD or SALESFORCE_INSTANCE_URL',
    ],
  ] as const)('%s: %j', (format, content, problem) => {
    expect(read(inFormat(format), content)).toBe(`refused: ${problem}`);
  });

  test.each(['$x', 'a#b', 'a b', '"a$b"', '"a\\nb"', '`a`', "'a'\\''b'", '"a"b', 'a\\b', '~'])(
    'KEY=value: %s, which a shell and dotenv read differently',
    (spelling) => {
      const text = `SF_USERNAME=u\nSF_LOGIN_URL=https://x\nSF_PASSWORD=${spelling}\n`;
      expect(read(inFormat('jsforce-env'), text)).toMatch(/^refused: it lacks/);
      expect(rendered(inFormat('jsforce-env'), text)).toContain("SF_PASSWORD='p&ss W0rd#1AbCdEf123'\n");
    },
  );
});

describe('a credential that a format cannot hold is refused', () => {
  test.each([
    ['env', '', 'a\0b', '"SALESFORCE_PASSWORD" would hold a character that no KEY=value text can'],
    ['jsforce-env', '', '\ud800', '"SF_PASSWORD" would hold a character that no KEY=value text can'],
    ['airflow-uri', 'salesforce://', 'x\udfff', 'the credential has a character that no URI can hold'],
  ] as const)('%s: %j, %j', (format, current, password, problem) => {
    expect(rendered(inFormat(format), current, credential({ password }))).toBe(`refused: ${problem}`);
  });

  test.each(['mulesoft', 'dataloader'] as const)('%s: a login URL that is an endpoint already', (format) => {
    const value = credential({ loginUrl: 'https://x.my.salesforce.com/services/Soap/u/64.0' });
    expect(rendered(inFormat(format), '', value)).toBe(
      'refused: the login URL has the path of the SOAP service',
    );
  });
});
