import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/**
 * Where people are told what happens and what waits for them; never a secret value.
 *
 * Encrypted with the key that AWS manages for SNS: it costs nothing and the
 * functions need no permission on it. Other AWS services cannot publish to a
 * topic under that key, so the alarms that come later need a key of our own.
 */
export class NotificationTopic extends Topic {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      displayName: 'Salesforce credential rotation',
      enforceSSL: true,
      masterKey: Alias.fromAliasName(scope, `${id}Key`, 'alias/aws/sns'),
    });
  }
}
