import { expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ReceiptRuleSet } from 'aws-cdk-lib/aws-ses';
import { SalesforceRotation } from '../../lib/infra/salesforce-rotation.ts';
import { newApp, synthesize } from './example.ts';
import { logicalId } from './grants.ts';
import { ORG } from './rotation-app.ts';

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

test('no mail is received unless it is asked for', () => {
  const without = synthesize();
  expect(Object.keys(without.findResources('AWS::SES::ReceiptRule'))).toEqual([]);
  without.resourceCountIs('AWS::SNS::Topic', 1);
});
