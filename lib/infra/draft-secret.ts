import { RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Credential } from '../core/config/load.ts';
import { isArn } from './secret-arn.ts';

/** What an empty draft holds; the service writes and empties it. */
const EMPTY_DRAFT = '{}';

/**
 * Creates the draft secret of a credential, unless the configuration gives the
 * ARN of one that exists.
 *
 * During a rotation the draft holds the only copy of the password in force. It
 * outlives the stack, and nothing about the resource may change from one version
 * of the template to the next: an update could write the empty draft over it.
 */
export function createDraftSecret(scope: Construct, id: string, credential: Credential): void {
  if (isArn(credential.draftSecret)) return;
  new Secret(scope, id, {
    secretName: credential.draftSecret,
    description: `Draft of the Salesforce credential "${credential.name}". Read by no integration.`,
    secretStringValue: SecretValue.unsafePlainText(EMPTY_DRAFT),
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
