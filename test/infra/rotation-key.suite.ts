import { describe, expect, test } from '@jest/globals';
import { synthesize } from './example.ts';
import { text } from './grants.ts';

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
