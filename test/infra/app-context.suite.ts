import { describe, expect, test } from '@jest/globals';
import { readAppContext } from '../../lib/infra/app-context.ts';
import { newApp } from './example.ts';
import { problemOf } from './problem.ts';

const CONFIG = { config: 'rotation.config.json' };
const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';

describe('what the context says', () => {
  test('is read beside the keys of the CDK', () => {
    const context: Record<string, unknown> = newApp().node.getAllContext();
    expect(
      readAppContext({
        ...context,
        ...CONFIG,
        mailRecipients: 'a@acme.com, acme.org',
        mailDelivery: 'bucket',
        managedPolicyQuota: '20',
        promptDomain: 'rotation.acme.com',
        promptCertificate: CERTIFICATE,
      }),
    ).toEqual({
      file: 'rotation.config.json',
      recipients: ['a@acme.com', 'acme.org'],
      mailDelivery: 'bucket',
      managedPolicyQuota: 20,
      promptPage: { domainName: 'rotation.acme.com', certificate: CERTIFICATE },
    });
  });

  test('may be nothing but the file', () => {
    expect(readAppContext({ ...CONFIG, mailRecipients: '', owner: 'team-billing' })).toEqual({
      file: 'rotation.config.json',
      recipients: undefined,
      mailDelivery: undefined,
      managedPolicyQuota: undefined,
      promptPage: undefined,
    });
  });

  test.each([
    ['on', {}],
    ['off', false],
  ])('the prompt page may be %s', (promptPage, expected) => {
    expect(readAppContext({ ...CONFIG, promptPage }).promptPage).toEqual(expected);
  });
});

describe('refused, with the key', () => {
  test.each([
    [{}, '-c config: name the configuration file: -c config=rotation.config.json'],
    [{ ...CONFIG, mailDelivery: 's3' }, '-c mailDelivery: this must be one of message, bucket, not "s3".'],
    [
      { ...CONFIG, promptDomain: 'rotation.acme.com' },
      "-c promptCertificate: the domain rotation.acme.com needs a certificate of AWS Certificate Manager in the service's own Region. Give its ARN.",
    ],
    [
      { ...CONFIG, promptCertificate: CERTIFICATE },
      '-c promptDomain: a certificate is of no use without its domain. Give the domain, too.',
    ],
    [{ ...CONFIG, promptPage: 'no' }, '-c promptPage: this must be on or off, not "no".'],
    [
      { ...CONFIG, promptPage: 'off', promptDomain: 'rotation.acme.com', promptCertificate: CERTIFICATE },
      '-c promptPage: there is no page to have a domain. Leave out one of the two.',
    ],
    [{ config: '' }, '-c config: name the configuration file: -c config=rotation.config.json'],
    [
      { config: ['a.json'] },
      '-c config: this must be text. Write for example -c config=rotation.config.json',
    ],
    ...[
      ['confg', 'config'],
      ['Config', 'config'],
      ['configuration', 'config'],
      ['configFile', 'config'],
      ['mailRecipient', 'mailRecipients'],
      ['mailrecipients', 'mailRecipients'],
      ['recipients', 'mailRecipients'],
      ['mail', 'mailRecipients'],
      ['managedPolicyQuotas', 'managedPolicyQuota'],
      ['quota', 'managedPolicyQuota'],
      ['domain', 'promptDomain'],
      ['promptDomains', 'promptDomain'],
      ['certificate', 'promptCertificate'],
      ['promptpage', 'promptPage'],
    ].map(
      ([written = '', meant]) =>
        [
          { ...CONFIG, [written]: 'x' },
          `-c ${written}: this is no key that the app knows. Did you mean -c ${meant}=...?`,
        ] as const,
    ),
    ...['nonsense', 'a@b', 'a@acme.com,', 'a b@acme.com', '@acme.com', 'acme.com;acme.org'].map(
      (mailRecipients) =>
        [
          { ...CONFIG, mailRecipients },
          expect.stringMatching(
            /^-c mailRecipients: ".*" is neither an address nor a domain\. Write for example "billing@acme\.com" or "acme\.com"\.$/,
          ),
        ] as const,
    ),
    [
      {
        ...CONFIG,
        mailRecipients: Array.from({ length: 101 }, (_, index) => `t${index}@acme.com`).join(','),
      },
      '-c mailRecipients: SES takes at most 100 recipients, not 101. Name a domain instead of its addresses.',
    ],
  ])('%j', (context, sentence) => {
    expect(problemOf(() => readAppContext(context))).toEqual(sentence);
  });
});
