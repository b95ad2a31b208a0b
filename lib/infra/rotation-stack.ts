import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { checkConfiguration } from '../core/config/load.ts';
import type { ConfigurationInput } from '../core/config/schema.ts';
import { SalesforceRotation, type SalesforceRotationProps } from './salesforce-rotation.ts';

export interface RotationStackProps extends StackProps {
  /** What to rotate: the content of a configuration file. */
  readonly configuration: ConfigurationInput;
  /**
   * What the configuration file does not say.
   *
   * @default - as `SalesforceRotation` has it
   */
  readonly rotation?: SalesforceRotationProps;
}

/**
 * The whole service in one stack, for those who have only a configuration file.
 * The credential, connection and integration secrets exist before it; the drafts
 * are its own.
 *
 * @throws ConfigurationError for everything that is wrong with the configuration.
 */
export class RotationStack extends Stack {
  constructor(scope: Construct, id: string, props: RotationStackProps) {
    const { configuration, rotation: rotationProps, ...stackProps } = props;
    super(scope, id, {
      description: 'Rotates Salesforce passwords and security tokens.',
      // Half of an indented template is spaces, with which that of a hundred credentials has more than 1 MB.
      suppressTemplateIndentation: true,
      ...stackProps,
    });
    // All that is wrong at once, before the first of it is thrown below.
    checkConfiguration(configuration);
    // The id is one that logical ids leave out: what is in the stack is named as if it stood there itself.
    const rotation = new SalesforceRotation(this, 'Default', rotationProps);
    for (const [name, org] of Object.entries(configuration.orgs)) rotation.addOrg(name, org);
    for (const [name, mailbox] of Object.entries(configuration.mailboxes ?? {}))
      rotation.addMailbox(name, mailbox);
    for (const [name, credential] of Object.entries(configuration.credentials))
      rotation.addCredential(name, credential);

    new CfnOutput(this, 'WatchFunctionName', { value: rotation.watchFunction.functionName });
    new CfnOutput(this, 'MailFunctionArn', { value: rotation.mailFunction.functionArn });
    const { mailRuleSet, promptUrl, promptDomainTarget } = rotation;
    if (promptUrl !== undefined) new CfnOutput(this, 'PromptUrl', { value: promptUrl });
    if (promptDomainTarget !== undefined)
      new CfnOutput(this, 'PromptDomainTarget', { value: promptDomainTarget });
    if (mailRuleSet !== undefined)
      new CfnOutput(this, 'MailRuleSetName', { value: mailRuleSet.receiptRuleSetName });
    new CfnOutput(this, 'NotificationTopicArn', { value: rotation.topic.topicArn });
    new CfnOutput(this, 'LedgerTableName', { value: rotation.ledger.tableName });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: rotation.deadLetterQueue.queueUrl });
  }
}
