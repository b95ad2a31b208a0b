import { describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { exampleConfiguration, synthesize } from './example.ts';
import { text } from './grants.ts';
import { problemOf } from './problem.ts';
import { RotationApp } from './rotation-app.ts';

const ENV = { env: { account: '111122223333', region: 'eu-central-1' } };

/** The properties of the only policy that lets anybody send mail. */
function policyOf(template: Template) {
  const all = [
    ...Object.values(template.findResources('AWS::IAM::ManagedPolicy')),
    ...Object.values(template.findResources('AWS::IAM::Policy')),
  ];
  const [policy, ...others] = all.filter((each) => JSON.stringify(each).includes('ses:'));
  if (policy === undefined || others.length > 0) throw new Error(`${others.length + 1} policies, or none`);
  return policy['Properties'];
}

describe('mails to people', () => {
  const mail = (from: string) => ({ prompt: { mail: { from, to: ['owner@acme.com'] } } });
  test('may be sent by nobody where none are configured', () => {
    expect(JSON.stringify(synthesize().toJSON())).not.toContain('ses:');
  });

  test('may be sent from the configured address only, by those who tell people', () => {
    const { Roles, PolicyDocument } = policyOf(
      synthesize(exampleConfiguration(mail('rotation@mail.acme.com'))),
    );
    expect(Roles.map(text).sort()).toEqual(
      ['Advance', 'Mail', 'Rotate', 'Watch'].map((name) => expect.stringMatching(`{${name}Role`)),
    );
    const [{ Resource, ...statement }, ...more] = PolicyDocument.Statement;
    expect(more).toEqual([]);
    expect(statement).toEqual({
      Effect: 'Allow',
      Action: 'ses:SendEmail',
      Condition: { StringEquals: { 'ses:FromAddress': ['rotation@mail.acme.com'] } },
    });
    const identity = 'arn:aws:ses:REGION:ACCOUNT:identity/';
    expect(Resource.map(text)).toEqual(
      ['acme.com', 'mail.acme.com', 'rotation@mail.acme.com'].map((name) => identity + name),
    );
  });

  test('may be sent from each of several addresses, named once', () => {
    const app = new RotationApp();
    for (const [name, from] of [
      ['one', 'a@acme.com'],
      ['two', 'b@acme.com'],
      ['three', 'a@acme.com'],
    ] as const)
      app.rotation.addCredential(name, { org: 'prod', secret: name, ...mail(from) });
    const [statement] = policyOf(app.template()).PolicyDocument.Statement;
    expect(statement.Condition.StringEquals['ses:FromAddress']).toEqual(['a@acme.com', 'b@acme.com']);
    expect(statement.Resource).toHaveLength(3);
  });

  test('from more addresses than a policy holds are refused, with the first credential that is too many', () => {
    const app = new RotationApp();
    for (let number = 1; number <= 60; number += 1)
      app.rotation.addCredential(`credential-${number}`, {
        org: 'prod',
        secret: `secret-${number}`,
        ...mail(`sender-${number}@department-${number}.acme.com`),
      });
    expect(problemOf(() => app.template())).toMatch(
      /^credentials\.credential-\d+\.prompt\.mail\.from: from here on there are more senders than one policy can hold/,
    );
  });

  test('a policy that is nearly full is one that IAM takes', () => {
    const app = new RotationApp({}, ENV);
    for (let number = 1; number <= 20; number += 1)
      app.rotation.addCredential(`credential-${number}`, {
        org: 'prod',
        secret: `secret-${number}`,
        ...mail(`sender-${number}@department-${number}.acme.com`),
      });
    const document = JSON.stringify(policyOf(app.template()).PolicyDocument, (_key, value) =>
      typeof value === 'object' && value !== null && 'Fn::Join' in value ? text(value) : value,
    );
    expect(document.length).toBeLessThanOrEqual(6_144);
  });
});
