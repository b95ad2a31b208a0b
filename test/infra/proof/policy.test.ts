import { describe, expect, test } from '@jest/globals';
import { type Attempt, judge, type Statement } from './policy.ts';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:etl/airflow-Suffix';
const KEY = 'arn:aws:kms:eu-central-1:000000000000:key/Key';

const attempt: Attempt = {
  role: 'arn:aws:iam::000000000000:role/rotate',
  action: 'secretsmanager:GetSecretValue',
  resource: SECRET,
  context: { 'aws:SecureTransport': 'true' },
};

function allow(changes: Partial<Statement> = {}): Statement {
  return { Effect: 'Allow', Action: attempt.action, Resource: SECRET, ...changes };
}

function deny(changes: Partial<Statement> = {}): Statement {
  return { ...allow({ Principal: '*', Resource: '*', ...changes }), Effect: 'Deny' };
}

test('without an allowance nothing is possible', () => {
  expect(judge(attempt, [], [])).toBe('not allowed');
});

describe('an allowance', () => {
  test.each<[string, Partial<Statement>]>([
    ['of the action on the resource', {}],
    ['among others', { Action: ['sns:Publish', attempt.action], Resource: [KEY, SECRET] }],
    ['in another spelling, which actions do not mind', { Action: 'SecretsManager:getsecretvalue' }],
    ['of all actions of the service', { Action: 'secretsmanager:*' }],
    ['with one open character for each of the suffix', { Resource: SECRET.replace('Suffix', '??????') }],
    ['with an open end', { Resource: SECRET.replace('airflow-Suffix', '*') }],
  ])('%s counts', (_what, changes) => {
    expect(judge(attempt, [allow(changes)], [])).toBe('allowed');
  });

  test.each<[string, Partial<Statement>]>([
    ['of another action', { Action: 'secretsmanager:PutSecretValue' }],
    ['of an action that only begins so', { Action: 'secretsmanager:GetSecret' }],
    ['on another resource', { Resource: SECRET.replace('airflow', 'glue') }],
    ['on a resource that only begins so', { Resource: SECRET.slice(0, -1) }],
    ['with too few open characters', { Resource: SECRET.replace('Suffix', '?????') }],
    ['in which a dot is a dot', { Resource: SECRET.replace('etl/airflow', 'etl.airflow') }],
  ])('%s does not', (_what, changes) => {
    expect(judge(attempt, [allow(changes)], [])).toBe('not allowed');
  });

  test("in the resource's own policy does not: the roles are what is proved", () => {
    expect(judge(attempt, [], [allow({ Principal: '*' })])).toBe('not allowed');
  });
});

describe('a denial beats every allowance', () => {
  test('in the role', () => {
    expect(judge(attempt, [allow(), deny({ Principal: {} })], [])).toBe('denied');
  });

  test.each<[string, Statement['Principal']]>([
    ['everyone', '*'],
    ['everyone in every account', { AWS: '*' }],
    ['this role among others', { AWS: ['arn:aws:iam::000000000000:role/other', attempt.role] }],
  ])('in the resource, to %s', (_who, principal = '*') => {
    expect(judge(attempt, [allow()], [deny({ Principal: principal })])).toBe('denied');
  });

  test.each<[string, Statement['Principal']]>([
    ['another role', { AWS: 'arn:aws:iam::000000000000:role/other' }],
    ['a service', { Service: 'lambda.amazonaws.com' }],
  ])('but not where it is to %s', (_who, principal = '*') => {
    expect(judge(attempt, [allow()], [deny({ Principal: principal })])).toBe('allowed');
  });

  test('but not where it is of something else', () => {
    expect(judge(attempt, [allow()], [deny({ Action: 'secretsmanager:DeleteSecret' })])).toBe('allowed');
  });
});

describe('a condition', () => {
  const viaService = (operator: string, values: string | readonly string[]) =>
    allow({ Condition: { [operator]: { 'kms:ViaService': values } } });
  const via = (service: string) => ({ ...attempt, context: { 'kms:ViaService': service } });

  test.each([
    ['StringEquals', 'sns', 'allowed'],
    ['StringEquals', 'sqs', 'not allowed'],
    ['StringLike', 's?s', 'allowed'],
    ['StringLike', ['dynamodb', 'sn*'], 'allowed'],
    ['StringLike', ['dynamodb', 'sq*'], 'not allowed'],
    ['StringNotEquals', 'sns', 'not allowed'],
    ['StringNotEquals', 'sqs', 'allowed'],
    ['ForAllValues:StringLike', 'sn*', 'allowed'],
    ['ForAllValues:StringLike', 'sq*', 'not allowed'],
  ] as const)('%s "%s" on sns', (operator, values, verdict) => {
    expect(judge(via('sns'), [viaService(operator, values)], [])).toBe(verdict);
  });

  test.each([
    ['StringLike', 'not allowed'],
    ['StringNotLike', 'allowed'],
    ['ForAllValues:StringLike', 'allowed'],
  ] as const)('%s on a key that the request does not have', (operator, verdict) => {
    expect(judge(attempt, [viaService(operator, '*')], [])).toBe(verdict);
  });

  test('counts only if all of it holds', () => {
    const Condition = {
      Bool: { 'aws:SecureTransport': 'true' },
      StringEquals: { 'kms:ViaService': 'sns', 'aws:SourceAccount': '000000000000' },
    };
    expect(judge(via('sns'), [allow({ Condition })], [])).toBe('not allowed');
  });

  test.each([
    ['true', 'allowed'],
    ['false', 'denied'],
  ] as const)('TLS only: %s', (secure, verdict) => {
    const tlsOnly = deny({
      Action: 'secretsmanager:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    const context = { 'aws:SecureTransport': secure };
    expect(judge({ ...attempt, context }, [allow()], [tlsOnly])).toBe(verdict);
  });

  test.each([
    ['1.3', 'allowed'],
    ['1.2', 'allowed'],
    ['1.1', 'denied'],
  ] as const)('no TLS below 1.2: %s', (version, verdict) => {
    const newTlsOnly = deny({ Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } });
    expect(judge({ ...attempt, context: { 's3:TlsVersion': version } }, [allow()], [newTlsOnly])).toBe(
      verdict,
    );
  });

  test.each([
    [attempt.role, 'allowed'],
    ['arn:aws:iam::000000000000:role/administrator', 'denied'],
  ] as const)('these roles only: %s', (role, verdict) => {
    const functionsOnly = deny({ Condition: { ArnNotEquals: { 'aws:PrincipalArn': [attempt.role] } } });
    expect(judge({ ...attempt, role }, [allow()], [functionsOnly])).toBe(verdict);
  });
});

describe('what cannot be judged is an error, never a guess', () => {
  test('an operator', () => {
    const Condition = { DateLessThan: { 'aws:CurrentTime': '2026-11-02T08:00:00Z' } };
    expect(() => judge(attempt, [allow({ Condition })], [])).toThrow('DateLessThan');
  });

  test('a part of a statement', () => {
    const statement = { ...allow(), NotAction: 'iam:*' };
    expect(() => judge(attempt, [statement], [])).toThrow('NotAction');
  });

  test('a statement of a resource without a principal', () => {
    expect(() => judge(attempt, [allow()], [{ ...deny(), Principal: undefined } as never])).toThrow(
      'principal',
    );
  });
});
