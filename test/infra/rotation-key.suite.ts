import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Alias, type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { SalesforceRotation } from '../../lib/infra/salesforce-rotation.ts';
import { newApp, synthesize } from './example.ts';
import { text } from './grants.ts';
import { problemOf } from './problem.ts';

interface Statement {
  readonly Principal: { readonly Service?: unknown };
  readonly Action: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const withMail = synthesize(undefined, { mail: { recipients: ['acme.com'] } });
const [key] = Object.values(withMail.findResources('AWS::KMS::Key'));

function statementsFor(service: string): readonly Statement[] {
  const statements = key?.['Properties'].KeyPolicy.Statement as Statement[];
  return statements.filter(
    ({ Principal }) => Principal.Service !== undefined && text(Principal.Service) === service,
  );
}

describe('a key that could not encrypt what is here is refused', () => {
  const env = { account: '111122223333', region: 'eu-central-1' };
  const problemWith = (given: (stack: Stack) => IKey) => {
    const stack = new Stack(newApp(), 'Service', { env });
    return problemOf(() => new SalesforceRotation(stack, 'Default', { encryptionKey: given(stack) }));
  };

  test.each([
    ['by its name', (stack: Stack) => Alias.fromAliasName(stack, 'Alias', 'alias/salesforce')],
    [
      'of this app',
      (stack: Stack) =>
        new Alias(stack, 'Alias', { aliasName: 'alias/a', targetKey: new Key(stack, 'Mine') }),
    ],
  ])('an alias %s', (_name, given) => {
    expect(problemWith(given)).toBe(
      'encryptionKey: this is an alias, and permissions are on keys. Give the key itself, for example by Key.fromKeyArn.',
    );
  });

  test('one in another Region', () => {
    const arn = 'arn:aws:kms:us-west-2:111122223333:key/11112222-3333-4444-5555-666677778888';
    expect(problemWith((stack) => Key.fromKeyArn(stack, 'Key', arn))).toMatch(
      /^encryptionKey: this key is in us-west-2, and what it is to encrypt is in eu-central-1\. Give one/,
    );
  });

  test('but not one of another account, nor in a stack that does not say where it is', () => {
    const arn = 'arn:aws:kms:eu-central-1:444455556666:key/11112222-3333-4444-5555-666677778888';
    for (const stack of [new Stack(newApp(), 'Here', { env }), new Stack(newApp(), 'Anywhere')])
      new SalesforceRotation(stack, 'Default', { encryptionKey: Key.fromKeyArn(stack, 'Key', arn) });
  });
});

describe('the key', () => {
  test('is rotated, and survives the stack, as what it encrypts does', () => {
    withMail.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
  });

  test.each(['cloudwatch.amazonaws.com', 'ses.amazonaws.com'])(
    '%s may publish under it, for this account',
    (service) => {
      expect(statementsFor(service)).toMatchObject([
        {
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ]);
    },
  );

  test('EventBridge may publish under it', () => {
    expect(statementsFor('events.amazonaws.com')).toMatchObject([
      { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] },
    ]);
  });

  test('CloudWatch Logs may use it for the log groups of the stack', () => {
    const [logs] = statementsFor('logs.REGION.amazonaws.com');
    expect(text(logs?.Condition?.['ArnLike']?.['kms:EncryptionContext:aws:logs:arn'])).toBe(
      'arn:aws:logs:REGION:ACCOUNT:log-group:Rotation-*',
    );
  });

  test('without received mail, SES may not use it', () => {
    expect(JSON.stringify(synthesize().findResources('AWS::KMS::Key'))).not.toContain('ses.amazonaws.com');
  });
});
