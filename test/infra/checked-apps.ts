import { type App, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { CredentialProps } from '../../lib/infra/credential-props.ts';
import { RotationStack } from '../../lib/infra/rotation-stack.ts';
import { SalesforceRotation } from '../../lib/infra/salesforce-rotation.ts';
import { exampleConfiguration, newApp } from './example.ts';
import { ORG } from './rotation-app.ts';

/** The published example, as `cdk deploy` makes it. */
export function exampleApp(): App {
  const app = newApp();
  new RotationStack(app, 'Example', { configuration: exampleConfiguration() });
  return app;
}

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const OWN = `${REGION}:${ACCOUNT}`;
const KEY_ID = '11112222-3333-4444-5555-666677778888';

/**
 * All that can be turned on; more secrets than a role's own policy holds, and
 * more credentials than one target of their rotations.
 */
export function everythingApp(): App {
  const app = newApp();
  const stack = new Stack(app, 'Everything', { env: { account: ACCOUNT, region: REGION } });
  const rotation = new SalesforceRotation(stack, 'Rotation', {
    mail: { recipients: ['tokens@acme.com'] },
    encryptionKey: Key.fromKeyArn(stack, 'GivenKey', `arn:aws:kms:${OWN}:key/${KEY_ID}`),
    eventBus: EventBus.fromEventBusArn(stack, 'GivenBus', `arn:aws:events:${OWN}:event-bus/given`),
  });
  rotation.addOrg('prod', { ...ORG, connection: { ...ORG.connection, createSecret: true } });
  rotation
    .addCredential('created', {
      org: 'prod',
      secret: 'created',
      createSecret: true,
      schedule: { cron: '0 1 ? * SUN *', window: '4h' },
    })
    .addIntegration({ secret: 'created/etl', format: 'json', createSecret: true })
    .addIntegration({ secret: 'created/airflow', format: 'airflow-uri', createSecret: true });
  rotation.addCredential('enveloped', {
    org: 'prod',
    secret: 'enveloped',
    delivery: 'envelope',
    envelope: { secret: 'enveloped/all', createSecret: true },
    integrations: [{ key: 'etl', format: 'json' }],
  });
  rotation.addCredential('asked', {
    org: 'prod',
    secret: 'asked',
    token: { sources: ['operator'] },
    prompt: { mail: { from: 'rotation@acme.com', to: ['owner@acme.com'] }, escalate: { after: '4h' } },
  });
  for (let number = 1; number <= 30; number += 1)
    rotation.addCredential(`credential-${number}`, credential(`salesforce/prod/credential-${number}`));
  return app;
}

/** With an integration beside it, one in another Region, and one in another account. */
function credential(secret: string): CredentialProps {
  const west = `arn:aws:secretsmanager:us-west-2:${ACCOUNT}:secret:${secret}/west-AbCdEf`;
  const theirs = `arn:aws:secretsmanager:us-west-2:444455556666:secret:${secret}/theirs-AbCdEf`;
  const roleArn = 'arn:aws:iam::444455556666:role/salesforce-rotation';
  return {
    org: 'prod',
    secret,
    integrations: [
      { secret: `${secret}/etl`, format: 'json' },
      { secret: west, format: 'json' },
      { secret: theirs, roleArn, format: 'json' },
    ],
  };
}

/** The published example, with the prompt page at a domain of one's own. */
export function ownDomainApp(): App {
  const app = newApp();
  new RotationStack(app, 'OwnDomain', {
    configuration: exampleConfiguration(),
    rotation: {
      promptPage: {
        domainName: 'rotation.acme.com',
        certificate: `arn:aws:acm:${OWN}:certificate/${KEY_ID}`,
      },
    },
    env: { account: ACCOUNT, region: REGION },
  });
  return app;
}
