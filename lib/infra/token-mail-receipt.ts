import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type IReceiptRuleSet, ReceiptRule, ReceiptRuleSet, TlsPolicy } from 'aws-cdk-lib/aws-ses';
import { EmailEncoding, Sns } from 'aws-cdk-lib/aws-ses-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface TokenMailProps {
  /**
   * Addresses, or whole domains, at which SES receives the mails of the
   * integration users. The domain must be verified in SES, and its MX record must
   * lead to SES in this Region.
   */
  readonly recipients: readonly string[];
  /**
   * The rule set that the rule is added to.
   *
   * @default - a new one. SES uses one rule set at a time, and CloudFormation cannot choose it: activate it by
   * `aws ses set-active-receipt-rule-set` after the deployment
   */
  readonly ruleSet?: IReceiptRuleSet | undefined;
}

export interface TokenMailReceiptProps extends TokenMailProps {
  readonly mailFunction: IFunction;
  readonly encryptionKey: IKey;
}

/**
 * Receives the mails with security tokens: an SES receipt rule that publishes
 * each mail to a topic, which the mail function is subscribed to. SES hands over
 * mails of up to 150 KB so; one with a token has a few. No mail is stored.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-sns.html
 */
export class TokenMailReceipt extends Construct {
  readonly ruleSet: IReceiptRuleSet;

  constructor(scope: Construct, id: string, props: TokenMailReceiptProps) {
    super(scope, id);
    const topic = this.#topic(props.encryptionKey);
    topic.addSubscription(new LambdaSubscription(props.mailFunction));
    this.ruleSet = props.ruleSet ?? new ReceiptRuleSet(this, 'RuleSet');
    const rule = new ReceiptRule(this, 'Rule', {
      ruleSet: this.ruleSet,
      recipients: [...props.recipients],
      enabled: true,
      scanEnabled: true,
      tlsPolicy: TlsPolicy.REQUIRE,
      actions: [new Sns({ topic, encoding: EmailEncoding.BASE64 })],
    });
    // SES tries the topic when the rule is created.
    rule.node.addDependency(topic);
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
