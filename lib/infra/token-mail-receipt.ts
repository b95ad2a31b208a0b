import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  type IReceiptRuleAction,
  type IReceiptRuleSet,
  ReceiptRule,
  ReceiptRuleSet,
  TlsPolicy,
} from 'aws-cdk-lib/aws-ses';
import { EmailEncoding, Sns } from 'aws-cdk-lib/aws-ses-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { acknowledgeStoredMails } from './acknowledged.ts';
import { createMailBucket } from './mail-bucket.ts';
import { checkRecipients } from './mail-recipients.ts';
import { allowStoredMails } from './permissions.ts';
import type { RotationFunction } from './rotation-function.ts';

export const MAIL_DELIVERIES = ['message', 'bucket'] as const;
export type MailDelivery = (typeof MAIL_DELIVERIES)[number];

export interface TokenMailProps {
  /**
   * Addresses, or whole domains, at which SES receives the mails of the
   * integration users; from 1 to 100. The domain must be verified in SES, and its
   * MX record must lead to SES in this Region.
   */
  readonly recipients: readonly string[];
  /**
   * The rule set that the rule is added to.
   *
   * @default - a new one. SES uses one rule set at a time, and CloudFormation cannot choose it: activate it by
   * `aws ses set-active-receipt-rule-set` after the deployment
   */
  readonly ruleSet?: IReceiptRuleSet | undefined;
  /**
   * How SES hands a mail over. `message`: in the notification, up to 150 KB;
   * larger mails bounce. `bucket`: stored in a bucket, up to 40 MB, until the
   * function has handled it, and a day at most.
   *
   * @default 'message' - no mail is stored
   */
  readonly delivery?: MailDelivery | undefined;
}

export interface TokenMailReceiptProps extends TokenMailProps {
  readonly mailFunction: RotationFunction;
  readonly encryptionKey: IKey;
}

/**
 * Receives the mails with security tokens: an SES receipt rule that publishes
 * each mail to a topic, which the mail function is subscribed to; or that stores
 * it in a bucket and publishes where.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-sns.html
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-s3.html
 */
export class TokenMailReceipt extends Construct {
  readonly ruleSet: IReceiptRuleSet;

  constructor(scope: Construct, id: string, props: TokenMailReceiptProps) {
    super(scope, id);
    checkRecipients(props.recipients, 'mail.recipients');
    const topic = this.#topic(props.encryptionKey);
    topic.addSubscription(new LambdaSubscription(props.mailFunction.function));
    this.ruleSet = props.ruleSet ?? new ReceiptRuleSet(this, 'RuleSet');
    const rule = new ReceiptRule(this, 'Rule', {
      ruleSet: this.ruleSet,
      recipients: [...props.recipients],
      enabled: true,
      scanEnabled: true,
      tlsPolicy: TlsPolicy.REQUIRE,
      actions: [this.#action(topic, props)],
    });
    // SES tries the topic when the rule is created.
    rule.node.addDependency(topic);
  }

  #action(
    topic: Topic,
    { delivery, mailFunction, encryptionKey }: TokenMailReceiptProps,
  ): IReceiptRuleAction {
    if (delivery !== 'bucket') return new Sns({ topic, encoding: EmailEncoding.BASE64 });
    const bucket = createMailBucket(this, 'Mails', encryptionKey);
    mailFunction.function.addEnvironment('MAIL_BUCKET', bucket.bucketName);
    const { region } = Stack.of(this);
    allowStoredMails(mailFunction.role, {
      bucketArn: bucket.bucketArn,
      keyArn: encryptionKey.keyArn,
      region,
    });
    acknowledgeStoredMails(mailFunction.role, bucket);
    return {
      bind(rule) {
        // SES tries the bucket, too.
        rule.node.addDependency(bucket);
        return { s3Action: { bucketName: bucket.bucketName, topicArn: topic.topicArn } };
      },
    };
  }

  #topic(masterKey: IKey): Topic {
    const topic = new Topic(this, 'Topic', {
      displayName: 'Mails with security tokens',
      enforceSSL: true,
      masterKey,
    });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ReceivedMail',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('ses.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    return topic;
  }
}
