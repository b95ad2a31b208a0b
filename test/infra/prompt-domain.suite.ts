import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { RotationStack } from '../../lib/infra/rotation-stack.ts';
import { SalesforceRotation, type SalesforceRotationProps } from '../../lib/infra/salesforce-rotation.ts';
import { LIMITS } from '../../lib/page/http/limits.ts';
import { exampleConfiguration, newApp, synthesize } from './example.ts';
import { logicalId, text } from './grants.ts';
import { problemOf } from './problem.ts';
import { functionOf, promptUrlOf } from './prompt-urls.ts';
import { RotationApp } from './rotation-app.ts';

const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';
const DOMAIN = { domainName: 'rotation.acme.com', certificate: CERTIFICATE };
const ENV = { env: { account: '111122223333', region: 'eu-central-1' } };

function stageOf(of: Template) {
  const [stage] = Object.values(of.findResources('AWS::ApiGatewayV2::Stage'));
  if (stage === undefined) throw new Error('there is no stage');
  return stage['Properties'];
}

describe('a domain of its own', () => {
  const app = new RotationApp({ promptPage: DOMAIN }, ENV);
  const { promptUrl, promptDomainTarget } = app.rotation;
  const domain = app.template();

  test('takes the place of the function URL', () => {
    domain.resourceCountIs('AWS::Lambda::Url', 0);
    expect(promptUrl).toBe('https://rotation.acme.com');
    expect(promptUrlOf(domain, 'Watch')).toBe('https://rotation.acme.com');
    const target = { 'Fn::GetAtt': [expect.stringMatching(/^PromptDomain/), 'RegionalDomainName'] };
    expect(app.stack.resolve(promptDomainTarget)).toEqual(target);
  });

  test('is an HTTP API that answers at the domain only, by modern TLS', () => {
    domain.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      ProtocolType: 'HTTP',
      DisableExecuteApiEndpoint: true,
      CorsConfiguration: Match.absent(),
    });
    domain.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'rotation.acme.com',
      DomainNameConfigurations: [
        Match.objectLike({
          CertificateArn: CERTIFICATE,
          EndpointType: 'REGIONAL',
          SecurityPolicy: 'TLS_1_2',
        }),
      ],
    });
    domain.hasResourceProperties('AWS::ApiGatewayV2::Integration', { PayloadFormatVersion: '2.0' });
    domain.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: '$default',
      AuthorizationType: 'NONE',
    });
    domain.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 1);
  });

  test('is throttled, well above what the page itself takes', () => {
    const { ThrottlingRateLimit, ThrottlingBurstLimit } = stageOf(domain).DefaultRouteSettings;
    expect(ThrottlingRateLimit * 60).toBeGreaterThan(LIMITS.allReads + LIMITS.allWrites);
    expect(ThrottlingBurstLimit).toBeLessThanOrEqual(2 * ThrottlingRateLimit);
  });

  test('logs who came, and not by which link', () => {
    const { AccessLogSettings } = stageOf(domain);
    expect(JSON.parse(AccessLogSettings.Format)).toMatchObject({
      requestId: '$context.requestId',
      sourceIp: '$context.identity.sourceIp',
      status: '$context.status',
    });
    expect(AccessLogSettings.Format).not.toMatch(
      /path|routeKey|uri|querystring|\$context\.(?:request|input)\b/i,
    );
    const log = logicalId(domain, 'AWS::Logs::LogGroup', 'PromptDomainAccessLog');
    expect(text(AccessLogSettings.DestinationArn)).toBe(`\${${log}.Arn}`);
    expect(domain.findResources('AWS::Logs::LogGroup')[log]?.['Properties']).toEqual({
      RetentionInDays: 365,
      KmsKeyId: { 'Fn::GetAtt': [logicalId(domain, 'AWS::KMS::Key', 'Key'), 'Arn'] },
    });
  });

  test('may call the function for the page, as may nobody else', () => {
    const permissions = Object.values(domain.findResources('AWS::Lambda::Permission'))
      .map(({ Properties }) => Properties)
      .filter(({ FunctionName }) => JSON.stringify(FunctionName).includes('IntakeFunction'));
    expect(permissions).toEqual([
      expect.objectContaining({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' }),
    ]);
    expect(text(permissions[0]?.SourceArn)).toMatch(/^arn:aws:execute-api:eu-central-1:111122223333:/);
  });

  test('says in the outputs where its DNS record is to lead to', () => {
    const stack = new RotationStack(newApp(), 'Rotation', {
      configuration: exampleConfiguration(),
      rotation: { promptPage: DOMAIN },
      ...ENV,
    });
    const outputs = Template.fromStack(stack);
    outputs.hasOutput('PromptUrl', { Value: 'https://rotation.acme.com' });
    outputs.hasOutput('PromptDomainTarget', {
      Value: { 'Fn::GetAtt': [Match.anyValue(), 'RegionalDomainName'] },
    });
  });

  test('takes the certificate as a construct', () => {
    const { stack } = new RotationApp({}, ENV);
    const certificate = new Certificate(stack, 'Certificate', { domainName: 'rotation.acme.com' });
    new SalesforceRotation(stack, 'Second', { promptPage: { domainName: 'rotation.acme.com', certificate } });
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainNameConfigurations: [
        Match.objectLike({ CertificateArn: { Ref: Match.stringLikeRegexp('^Certificate') } }),
      ],
    });
  });
});

describe('something of yours in front of it', () => {
  test('is what people are told of, and its path is what the page lives under', () => {
    const front = synthesize(exampleConfiguration(), {
      promptPage: { url: 'https://tools.acme.com/rotation/' },
    });
    expect(promptUrlOf(front, 'Watch')).toBe('https://tools.acme.com/rotation/');
    expect(functionOf(front, 'Intake').Environment.Variables.BASE_PATH).toBe('/rotation');
  });

  test('without a path leaves the page at the root', () => {
    const front = synthesize(exampleConfiguration(), { promptPage: { url: 'https://rotation.acme.com' } });
    expect(functionOf(front, 'Intake').Environment.Variables).not.toHaveProperty('BASE_PATH');
  });
});

describe('refused', () => {
  const refusalOf = (promptPage: SalesforceRotationProps['promptPage']) =>
    problemOf(() => new RotationApp({ promptPage }, ENV));

  test.each<[string, SalesforceRotationProps['promptPage'], string]>([
    [
      'a domain without a certificate',
      { domainName: 'rotation.acme.com' },
      "promptPage.certificate: the domain rotation.acme.com needs a certificate of AWS Certificate Manager in the service's own Region. Give its ARN.",
    ],
    [
      'a certificate without a domain',
      { certificate: CERTIFICATE },
      'promptPage.domainName: a certificate is of no use without its domain. Give the domain, too.',
    ],
    [
      'a certificate in another Region',
      { ...DOMAIN, certificate: CERTIFICATE.replace('eu-central-1', 'us-east-1') },
      'promptPage.certificate: this certificate is in us-east-1, and the page is in eu-central-1. Request one for rotation.acme.com there.',
    ],
    [
      'an address instead of a domain',
      { ...DOMAIN, domainName: 'https://rotation.acme.com' },
      'promptPage.domainName: "https://rotation.acme.com" is no name of a domain. Write for example rotation.acme.com, in lower case and without https://.',
    ],
    [
      'the ARN of something else',
      { ...DOMAIN, certificate: 'arn:aws:iam::111122223333:server-certificate/rotation' },
      'promptPage.certificate: this is no ARN of a certificate of AWS Certificate Manager.',
    ],
    [
      'an address without TLS',
      { url: 'http://tools.acme.com' },
      'promptPage.url: this is no address such as "https://tools.acme.com/rotation", by https and without a query.',
    ],
  ])('%s', (_what, promptPage, sentence) => {
    expect(refusalOf(promptPage)).toBe(sentence);
  });

  test('a certificate that is a construct of another Region', () => {
    const app = newApp();
    const away = new Stack(app, 'Away', { env: { account: '111122223333', region: 'us-east-1' } });
    const certificate = new Certificate(away, 'Certificate', { domainName: 'rotation.acme.com' });
    expect(refusalOf({ ...DOMAIN, certificate })).toContain('this certificate is in us-east-1, and the page');
  });

  test('nothing that cannot be known yet: a stack for any Region takes the ARN', () => {
    expect(() => new RotationApp({ promptPage: DOMAIN })).not.toThrow();
  });
});
