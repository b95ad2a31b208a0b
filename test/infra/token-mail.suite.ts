import { describe, expect, test } from '@jest/globals';
import { Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ReceiptRuleSet } from 'aws-cdk-lib/aws-ses';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { SalesforceRotation } from '../../lib/infra/salesforce-rotation.ts';
import { exampleConfiguration, newApp, synthesize } from './example.ts';
import { grantsOf, logicalId } from './grants.ts';
import { problemOf } from './problem.ts';
import { ORG, RotationApp } from './rotation-app.ts';

const PACKS = {
  AwsSolutions: () => new AwsSolutionsChecks(),
  'NIST 800-53 R5': () => new NIST80053R5Checks(),
  'HIPAA Security': () => new HIPAASecurityChecks(),
  'PCI DSS 3.2.1': () => new PCIDSS321Checks(),
} as const;

const template = synthesize(undefined, { mail: { recipients: ['tokens@acme.com', 'mail.acme.com'] } });
const topic = { Ref: logicalId(template, 'AWS::SNS::Topic', 'TokenMailTopic') };

test('mails to the recipients are published with their content, by TLS only', () => {
  template.hasResourceProperties('AWS::SES::ReceiptRule', {
    Rule: {
      Enabled: true,
      Recipients: ['tokens@acme.com', 'mail.acme.com'],
      ScanEnabled: true,
      TlsPolicy: 'Require',
      Actions: [{ SNSAction: { Encoding: 'Base64', TopicArn: topic } }],
    },
  });
});

test('the mail function takes them', () => {
  const mail = { 'Fn::GetAtt': [logicalId(template, 'AWS::Lambda::Function', 'MailFunction'), 'Arn'] };
  template.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'lambda',
    TopicArn: topic,
    Endpoint: mail,
  });
  template.hasResourceProperties('AWS::Lambda::Permission', {
    Principal: 'sns.amazonaws.com',
    FunctionName: mail,
    SourceArn: topic,
  });
});

test('the topic is encrypted, refuses what does not come by TLS, and takes the mails of this account', () => {
  template.allResourcesProperties('AWS::SNS::Topic', {
    KmsMasterKeyId: { 'Fn::GetAtt': [logicalId(template, 'AWS::KMS::Key', 'Key'), 'Arn'] },
  });
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    Topics: [topic],
    PolicyDocument: {
      Statement: [
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        Match.objectLike({
          Effect: 'Allow',
          Principal: { Service: 'ses.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ],
    },
  });
});

test('SES tries the topic when the rule is made, so the rule comes after its policy', () => {
  template.hasResource('AWS::SES::ReceiptRule', {
    DependsOn: Match.arrayWith([logicalId(template, 'AWS::SNS::TopicPolicy', 'TokenMailTopicPolicy')]),
  });
});

test('a rule set that is given gets the rule', () => {
  const stack = new Stack(newApp(), 'Service');
  const ruleSet = ReceiptRuleSet.fromReceiptRuleSetName(stack, 'RuleSet', 'inbound');
  new SalesforceRotation(stack, 'Default', { mail: { recipients: ['acme.com'], ruleSet } }).addOrg(
    'prod',
    ORG,
  );
  const given = Template.fromStack(stack);
  given.resourceCountIs('AWS::SES::ReceiptRuleSet', 0);
  given.hasResourceProperties('AWS::SES::ReceiptRule', { RuleSetName: 'inbound' });
});

test.each([
  [[], 'mail.recipients: name at least one address or domain; without one, SES hands over'],
  [['acme.com', 'nonsense'], 'mail.recipients: "nonsense" is neither an address nor a domain.'],
])('recipients that SES would not take are refused: %j', (recipients, sentence) => {
  expect(problemOf(() => new RotationApp({ mail: { recipients } }))).toContain(sentence);
});

test('recipients may be domains, their subdomains, and what is known at deployment only', () => {
  const recipients = ['tokens@mail.acme.com', 'acme.com', '.acme.com', Fn.importValue('MailDomain')];
  new RotationApp({ mail: { recipients } }).template().hasResourceProperties('AWS::SES::ReceiptRule', {
    Rule: { Recipients: [...recipients.slice(0, 3), { 'Fn::ImportValue': 'MailDomain' }] },
  });
});

describe('the name of the rule set, which is yours to activate, is an output', () => {
  test('of the one that is created', () => {
    template.hasOutput('MailRuleSetName', {
      Value: { Ref: logicalId(template, 'AWS::SES::ReceiptRuleSet', 'TokenMailRuleSet') },
    });
  });

  test('and there is none without mail', () => {
    expect(synthesize().findOutputs('MailRuleSetName')).toEqual({});
  });
});

test('no mail is received unless it is asked for', () => {
  const without = synthesize();
  expect(Object.keys(without.findResources('AWS::SES::ReceiptRule'))).toEqual([]);
  without.resourceCountIs('AWS::SNS::Topic', 1);
});

describe('mails that are stored in a bucket', () => {
  const stored = synthesize(undefined, { mail: { recipients: ['tokens@acme.com'], delivery: 'bucket' } });
  const bucketId = logicalId(stored, 'AWS::S3::Bucket', 'TokenMailMails');
  const key = logicalId(stored, 'AWS::KMS::Key', 'Key');

  test('are told of by the same topic', () => {
    stored.hasResource('AWS::SES::ReceiptRule', {
      Properties: {
        Rule: {
          TlsPolicy: 'Require',
          Actions: [
            {
              S3Action: {
                BucketName: { Ref: bucketId },
                TopicArn: { Ref: logicalId(stored, 'AWS::SNS::Topic', 'TokenMailTopic') },
                KmsKeyArn: Match.absent(),
              },
            },
          ],
        },
      },
      DependsOn: Match.arrayWith([logicalId(stored, 'AWS::S3::BucketPolicy', 'TokenMailMailsPolicy')]),
    });
  });

  test('are private, encrypted with the service\u2019s key, and gone after a day', () => {
    stored.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Delete',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: {
                KMSMasterKeyID: { 'Fn::GetAtt': [key, 'Arn'] },
                SSEAlgorithm: 'aws:kms',
              },
            },
          ],
        },
        LifecycleConfiguration: {
          Rules: [
            {
              Status: 'Enabled',
              ExpirationInDays: 1,
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            },
          ],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: Match.absent(),
      },
    });
  });

  test('come from SES for this account only, and by TLS only', () => {
    const policy = Object.values(stored.findResources('AWS::S3::BucketPolicy'))[0];
    const statements = policy?.['Properties'].PolicyDocument.Statement as Record<string, unknown>[];
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toMatchObject([
      {
        Action: 's3:PutObject',
        Principal: { Service: 'ses.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
    expect(statements.filter(({ Effect }) => Effect === 'Deny')).toMatchObject([
      { Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Action: 's3:*', Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } },
    ]);
  });

  test('are read and deleted by the mail function, and by no other', () => {
    const objects = `\${${bucketId}.Arn}/*`;
    for (const functionId of ['Rotate', 'Advance', 'Watch', 'Mail']) {
      const grants = grantsOf(stored, functionId);
      const s3 = Object.entries(grants)
        .filter(([action]) => action.startsWith('s3:'))
        .sort();
      expect(s3).toEqual(
        functionId === 'Mail'
          ? [
              ['s3:DeleteObject', [objects]],
              ['s3:GetObject', [objects]],
            ]
          : [],
      );
    }
  });

  test('are decrypted on their way out of the bucket only', () => {
    const text = JSON.stringify(stored.findResources('AWS::IAM::Policy'));
    expect(text.match(/"s3\./g)).toHaveLength(1);
    stored.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Action: 'kms:Decrypt',
            Resource: { 'Fn::GetAtt': [key, 'Arn'] },
            Condition: {
              StringLike: {
                'kms:ViaService': [{ 'Fn::Join': ['', ['s3.', { Ref: 'AWS::Region' }, '.amazonaws.com']] }],
              },
            },
          },
        ]),
      },
    });
  });

  test('are known to the mail function by the bucket, and to no other', () => {
    const told = Object.entries(stored.findResources('AWS::Lambda::Function')).filter(
      ([, created]) => created['Properties'].Environment?.Variables?.MAIL_BUCKET !== undefined,
    );
    expect(told.map(([id]) => id)).toEqual([logicalId(stored, 'AWS::Lambda::Function', 'MailFunction')]);
    expect(told[0]?.[1]['Properties'].Environment.Variables.MAIL_BUCKET).toEqual({ Ref: bucketId });
  });

  test('have no bucket unless it is asked for', () => {
    template.resourceCountIs('AWS::S3::Bucket', 0);
  });

  test.each(Object.entries(PACKS))('pass %s, each finding with its reason', (_name, pack) => {
    const app = newApp();
    const stack = new Stack(app, 'Service');
    new SalesforceRotation(stack, 'Default', {
      mail: { recipients: ['tokens@acme.com'], delivery: 'bucket' },
    }).addOrg('prod', ORG);
    app.synth();
    expect(
      pack()
        .validateScope(app)
        .violations.map(({ ruleName }) => ruleName),
    ).toEqual([]);
  });
});

describe('a mailbox with IMAP', () => {
  const OPS = { kind: 'imap', host: 'imap.acme.com', secret: 'mail/ops', authservId: 'mx.acme.com' } as const;
  const configuration = {
    ...exampleConfiguration({ token: { mailbox: 'ops' } }),
    mailboxes: { ops: OPS },
  };

  test('has a login that the watch may read, and no other function', () => {
    const given = synthesize(configuration);
    const secret = 'arn:aws:secretsmanager:REGION:ACCOUNT:secret:mail/ops-??????';
    const readers = ['Rotate', 'Advance', 'Watch', 'Mail'].filter((functionId) =>
      Object.values(grantsOf(given, functionId)).flat().includes(secret),
    );
    expect(readers).toEqual(['Watch']);
    const actions = Object.entries(grantsOf(given, 'Watch')).filter(([, on]) => on.includes(secret));
    expect(actions.map(([action]) => action)).toEqual(['secretsmanager:GetSecretValue']);
  });

  test('comes before the credentials that name it, once, and is checked where it is added', () => {
    const rotation = new SalesforceRotation(new Stack(newApp(), 'Service'), 'Default');
    rotation.addOrg('prod', ORG);
    const billing = { org: 'prod', secret: 'salesforce/prod/billing', token: { mailbox: 'ops' } };
    expect(problemOf(() => rotation.addCredential('billing', billing))).toContain(
      'credentials.billing.token.mailbox: there is no mailbox "ops".',
    );
    expect(problemOf(() => rotation.addMailbox('ops', { ...OPS, security: 'none' }))).toContain(
      'mailboxes.ops.security:',
    );
    rotation.addMailbox('ops', OPS);
    expect(problemOf(() => rotation.addMailbox('ops', OPS))).toContain(
      'mailboxes.ops: this was added already.',
    );
    expect(
      rotation.addCredential('crm', { ...billing, secret: 'salesforce/prod/crm' }).input.token?.mailbox,
    ).toBe('ops');
  });
});
