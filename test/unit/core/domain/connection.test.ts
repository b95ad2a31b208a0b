import { describe, expect, test } from '@jest/globals';
import { parseConnection } from '../../../../lib/core/domain/connection.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';

const URL = 'https://acme.my.salesforce.com';

describe('a connection secret', () => {
  test('holds the id and secret of the app', () => {
    const read = parseConnection(Redacted.of('{"clientId":"id","clientSecret":"s","note":1}'), URL);
    if (read.kind !== 'value') throw new Error('unusable');
    expect(read.value.loginUrl).toBe(URL);
    expect(read.value.clientId.equals(Redacted.of('id'))).toBe(true);
    expect(read.value.clientSecret.equals(Redacted.of('s'))).toBe(true);
  });

  test.each([
    ['sentinel', 'it is no JSON'],
    ['null', 'it is no JSON object'],
    ['"sentinel"', 'it is no JSON object'],
    ['{"clientId":"sentinel"}', 'it lacks "clientId" or "clientSecret"'],
    ['{"clientId":"","clientSecret":"sentinel"}', 'it lacks "clientId" or "clientSecret"'],
    ['{"clientId":1,"clientSecret":"sentinel"}', 'it lacks "clientId" or "clientSecret"'],
  ])('%s cannot be used, and is not quoted', (text, problem) => {
    expect(parseConnection(Redacted.of(text), URL)).toEqual({ kind: 'unusable', problem });
  });
});
