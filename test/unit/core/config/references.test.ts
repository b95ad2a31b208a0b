import { describe, expect, test } from '@jest/globals';
import { readConfiguration, readConfigurationInput } from '../../../../lib/core/config/load.ts';
import {
  fillReferences,
  referenceIndex,
  rolePlaceholder,
  secretPlaceholder,
} from '../../../../lib/core/config/references.ts';
import { problemsOf } from './broken.ts';

const SECRET = 'arn:aws:secretsmanager:us-west-2:444455556666:secret:crm-AbCdEf';
const ROLE = 'arn:aws:iam::444455556666:role/salesforce-rotation';

const FILE = {
  orgs: {
    prod: {
      loginUrl: 'https://acme.my.salesforce.com',
      connection: { kind: 'client-credentials', secret: 'rotator' },
    },
  },
  credentials: {
    billing: {
      org: 'prod',
      secret: 'b',
      integrations: [{ secret: secretPlaceholder(1), roleArn: rolePlaceholder(0), format: 'json' }],
    },
  },
};

describe('placeholders', () => {
  test('are known again', () => {
    expect([secretPlaceholder(0), secretPlaceholder(12), rolePlaceholder(7)].map(referenceIndex)).toEqual([
      0, 12, 7,
    ]);
  });

  test.each([SECRET, ROLE, 'known-at-deployment', `x${secretPlaceholder(0)}`, `${secretPlaceholder(0)}-x`])(
    '%s is none',
    (text) => {
      expect(referenceIndex(text)).toBeUndefined();
    },
  );

  test('pass as the secrets and roles that they stand for', () => {
    expect(problemsOf(() => readConfiguration(JSON.stringify(FILE)))).toEqual([]);
  });

  test('are filled wherever they are, and nothing else is touched', () => {
    const { credentials } = readConfiguration(JSON.stringify(FILE), [ROLE, SECRET]);
    expect(credentials.get('billing')?.integrations).toEqual([
      { secret: SECRET, roleArn: ROLE, format: 'json' },
    ]);
    const rest = { a: [1, null, true, 'text'], b: { c: 'd' } };
    expect(fillReferences(rest, [ROLE, SECRET])).toEqual(rest);
  });

  test('are checked as what they became: a secret with two uses is found', () => {
    expect(problemsOf(() => readConfiguration(JSON.stringify(FILE), [ROLE, 'rotator']))).toEqual([
      expect.stringMatching(/^credentials\.billing\.integrations\[0\]\.secret: .*used already at orgs\.prod/),
      expect.stringMatching(/^credentials\.billing\.integrations\[0\]\.secret: with a "roleArn"/),
    ]);
  });
});

describe('the configuration as it was written', () => {
  test('is given back', () => {
    expect(readConfigurationInput(JSON.stringify(FILE))).toEqual(FILE);
  });

  test('is checked before it is given back', () => {
    expect(problemsOf(() => readConfigurationInput('{"orgs":{}}'))).toEqual([
      'credentials: this is missing; it must be an object.',
    ]);
    expect(problemsOf(() => readConfigurationInput('{'))[0]).toMatch(/^\(file\): the file is no JSON/);
  });
});
