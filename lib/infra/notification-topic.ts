import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/**
 * Where people are told what happens and what waits for them; never a secret value.
 *
 * Encrypted with a customer-managed key: alarms cannot publish to a topic under
 * the key that AWS manages for SNS. Its policy, which TLS makes necessary,
 * replaces the one that SNS gives by itself, so alarms have to be let in again.
 */
export class NotificationTopic extends Topic {
  constructor(scope: Construct, id: string, encryptionKey: IKey) {
    super(scope, id, {
      displayName: 'Salesforce credential rotation',
      enforceSSL: true,
      masterKey: encryptionKey,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }
}
