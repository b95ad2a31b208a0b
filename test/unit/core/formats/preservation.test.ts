import { describe, expect, test } from '@jest/globals';
import { credential, type FixedFormat, inFormat, login, read, rendered } from './harness.ts';

const SHORT = credential({
  username: 'u@x',
  password: 'pw',
  token: 'tok',
  loginUrl: 'https://acme.my.salesforce.com',
});

type Case = readonly [name: string, format: FixedFormat, current: string, expected: string];

function keeps(cases: readonly Case[]) {
  test.each(cases)('%s', (_name, format, current, expected) => {
    expect(rendered(inFormat(format), current, SHORT)).toBe(expected);
    expect(read(inFormat(format), expected)).toEqual(login(SHORT));
    expect(rendered(inFormat(format), expected, SHORT)).toBe(expected);
  });
}

describe('JSON keeps', () => {
  const added = '"username": "u@x",\n  "password": "pw",\n  "security_token": "tok",\n  "domain": "acme.my"';
  keeps([
    [
      'numbers, escapes, order of number-like keys and odd blanks',
      'json',
      '{"10":1.0, "2" : 12345678901234567890 ,"password":"old","\\u0061":"\\u00e9\\/","1":-0 }',
      '{"10":1.0, "2" : 12345678901234567890 ,"password":"pw","\\u0061":"\\u00e9\\/","1":-0,"username":"u@x","securityToken":"tok","loginUrl":"https://acme.my.salesforce.com" }',
    ],
    [
      'indentation',
      'simple-salesforce',
      '{\n  "a": [\n    1\n  ]\n}\n',
      `{\n  "a": [\n    1\n  ],\n  ${added}\n}\n`,
    ],
    [
      'Windows line ends',
      'simple-salesforce',
      '{\r\n  "a": {"b": "}"}\r\n}\r\n',
      `{\r\n  "a": {"b": "}"},\r\n  ${added.replaceAll('\n', '\r\n')}\r\n}\r\n`,
    ],
    [
      'the place of fields, and replaces one of another kind whole',
      'simple-salesforce',
      '{"domain":null,"password":{"x":["}"]},"b":true,"username":7}',
      '{"domain":"acme.my","password":"pw","b":true,"username":"u@x","security_token":"tok"}',
    ],
  ]);
});

describe('an Airflow connection keeps', () => {
  keeps([
    [
      'host, port, path, other parameters, fragment and line end of a URI',
      'airflow-uri',
      'salesforce://old%40x:o%3Ad@acme.my.salesforce.com:443/a%2Fb?version=58.0&domain=login&proxies=%7B%7D+&empty&security_token=x#f\n',
      'salesforce://u%40x:pw@acme.my.salesforce.com:443/a%2Fb?version=58.0&domain=acme.my&proxies=%7B%7D+&empty&security_token=tok#f\n',
    ],
    [
      'the protocol of the host',
      'airflow-uri',
      'salesforce://https://h.example/?a=1',
      'salesforce://https://u%40x:pw@h.example/?a=1&security_token=tok&domain=acme.my',
    ],
    [
      'the older spelling of extra parameters',
      'airflow-uri',
      'salesforce://a:b@/?extra__salesforce__security_token=old&extra__salesforce__version=1',
      'salesforce://u%40x:pw@/?extra__salesforce__security_token=tok&extra__salesforce__version=1&domain=acme.my',
    ],
    [
      'extra as one parameter',
      'airflow-uri',
      'salesforce://a:b@h/?__extra__=%7B%22version%22%3A%201.0%7D&x=1',
      'salesforce://u%40x:pw@h/?__extra__=%7B%22version%22%3A%201.0%2C%22security_token%22%3A%22tok%22%2C%22domain%22%3A%22acme.my%22%7D&x=1',
    ],
    [
      'extra as an object, with what is in it',
      'airflow-json',
      '{"host": "h", "extra": {"version": 58.0, "domain": "login"}, "conn_type": "salesforce"}',
      '{"host": "h", "extra": {"version": 58.0, "domain": "acme.my","security_token":"tok"}, "conn_type": "salesforce","login":"u@x","password":"pw"}',
    ],
    [
      'extra as text, with what is in it',
      'airflow-json',
      '{"extra": "{\\"extra__salesforce__security_token\\": \\"o\\", \\"n\\": 1.0}"}',
      '{"extra": "{\\"extra__salesforce__security_token\\": \\"tok\\", \\"n\\": 1.0,\\"domain\\":\\"acme.my\\"}","conn_type":"salesforce","login":"u@x","password":"pw"}',
    ],
    [
      'extra as empty text',
      'airflow-json',
      '{"conn_type":"salesforce","extra":""}',
      '{"conn_type":"salesforce","extra":"{\\"security_token\\":\\"tok\\",\\"domain\\":\\"acme.my\\"}","login":"u@x","password":"pw"}',
    ],
    [
      'no extra as an object',
      'airflow-json',
      '{"extra":null,"conn_type":"salesforce"}',
      '{"extra":{"security_token":"tok","domain":"acme.my"},"conn_type":"salesforce","login":"u@x","password":"pw"}',
    ],
  ]);

  test('both spellings alike, where both are', () => {
    const current = '{"extra":{"extra__salesforce__domain":"login","domain":"test"}}';
    expect(rendered(inFormat('airflow-json'), current, SHORT)).toContain(
      '{"extra__salesforce__domain":"acme.my","domain":"acme.my","security_token":"tok"}',
    );
  });
});

describe('.properties keep', () => {
  const rest = 'salesforce.password.token=tok\nsalesforce.instance=https\\://acme.my.salesforce.com';
  keeps([
    [
      'comments, blank lines, separators and indentation',
      'kafka-connect',
      '# salesforce.password=no\\\n\n! old\n  salesforce.password : old\nname=x\n\tsalesforce.username   old',
      `# salesforce.password=no\\\n\n! old\n  salesforce.password : pw\nname=x\n\tsalesforce.username   u@x\n${rest}`,
    ],
    [
      'continuation lines of others, and of an own key up to the value',
      'kafka-connect',
      'topics=a,\\\n   b,\\\n   c\nsalesforce.password=\\\n    old\\\n    more\nsalesforce.username=x\n',
      `topics=a,\\\n   b,\\\n   c\nsalesforce.password=\\\n    pw\nsalesforce.username=u@x\n${rest}\n`,
    ],
    [
      'Windows line ends',
      'kafka-connect',
      'a=1\r\nsalesforce.password=x\r\n\r\nsalesforce.username=x\r\n',
      `a=1\r\nsalesforce.password=pw\r\n\r\nsalesforce.username=u@x\r\n${rest.replace('\n', '\r\n')}\r\n`,
    ],
    [
      'keys in another spelling, and a key alone on its line',
      'kafka-connect',
      'salesforce\\u002epassword\nsalesforce.user\\\n  name =x\n',
      `salesforce\\u002epassword=pw\nsalesforce.user\\\n  name =u@x\n${rest}\n`,
    ],
    [
      'a last line that is open to a next one',
      'kafka-connect',
      'salesforce.password=x\nsalesforce.username=\na=b\\',
      `salesforce.password=pw\nsalesforce.username=u@x\na=b\\\n\n${rest}`,
    ],
    [
      'a last line that is open, and its line end',
      'kafka-connect',
      'salesforce.password=x\nsalesforce.username=\na=b\\\n',
      `salesforce.password=pw\nsalesforce.username=u@x\na=b\\\n\n${rest}\n`,
    ],
    [
      'the line end after an own value that is open',
      'kafka-connect',
      'salesforce.password=x\nsalesforce.username=old\\\n',
      `salesforce.password=pw\nsalesforce.username=u@x\n${rest}\n`,
    ],
    [
      'the path of the SOAP service',
      'mulesoft',
      'sfdc.url=https://login.salesforce.com/services/Soap/u/58.0\n',
      'sfdc.url=https\\://acme.my.salesforce.com/services/Soap/u/58.0\nsfdc.username=u@x\nsfdc.password=pw\nsfdc.securityToken=tok\n',
    ],
  ]);
});

describe('KEY=value lines keep', () => {
  keeps([
    [
      'comments, export, blanks, foreign quotes and order',
      'jsforce-env',
      "# SF_PASSWORD=no\nexport SF_PASSWORD=\"old # x\"  # rotated\n\nNOTE='it is\n SF_USERNAME=no'\nSHOW=it's\n  SF_USERNAME = old # who\nSF_LOGIN_URL= # none\n",
      "# SF_PASSWORD=no\nexport SF_PASSWORD=pwtok  # rotated\n\nNOTE='it is\n SF_USERNAME=no'\nSHOW=it's\n  SF_USERNAME = u@x # who\nSF_LOGIN_URL=https://acme.my.salesforce.com # none\n",
    ],
    [
      'Windows line ends',
      'jsforce-env',
      'A=1\r\n\r\nSF_PASSWORD="x"\r\nSF_USERNAME=x \r\n',
      'A=1\r\n\r\nSF_PASSWORD=pwtok\r\nSF_USERNAME=u@x \r\nSF_LOGIN_URL=https://acme.my.salesforce.com\r\n',
    ],
    [
      'a last line without its end, and export where all are exported',
      'jsforce-env',
      "export A='b'\nexport SF_PASSWORD='it'\\''s'  # x\nexport SF_USERNAME=`x`",
      "export A='b'\nexport SF_PASSWORD=pwtok  # x\nexport SF_USERNAME=u@x\nexport SF_LOGIN_URL=https://acme.my.salesforce.com",
    ],
  ]);
});
