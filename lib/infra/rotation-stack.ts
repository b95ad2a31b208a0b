import { ArnFormat, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { Configuration } from '../core/config/load.ts';
import {
  advanceEnvironment,
  type EnvironmentSchema,
  mailEnvironment,
  rotateEnvironment,
  watchEnvironment,
} from '../runtime/environment.ts';
import { createDraftSecret } from './draft-secret.ts';
import { LedgerTable } from './ledger-table.ts';
import { NativeRotation } from './native-rotation.ts';
import { NotificationTopic } from './notification-topic.ts';
import {
  allowAnnouncing,
  allowCommit,
  allowLedger,
  allowPoking,
  allowReconciliation,
  allowTakingPokes,
  type SecretArns,
  secretArns,
} from './permissions.ts';
import { PokeQueue } from './poke-queue.ts';
import { FUNCTION_TIMEOUT, RotationFunction } from './rotation-function.ts';
import { rotationRate } from './rotation-rate.ts';

const EVENT_BUS = 'default';
const WATCH_INTERVAL = Duration.minutes(5);

export interface RotationStackProps extends StackProps {
  /** What to rotate; read and checked already. */
  readonly configuration: Configuration;
  /** Path of the file that `configuration` was read from; it travels in the functions' bundles. */
  readonly configurationFile: string;
}

/**
 * The whole service in one stack. The credential, connection and integration
 * secrets exist before it and are only referred to; the drafts are its own.
 *
 * Does not receive mail: whoever receives it for the integration users' mailbox
 * (an SES receipt rule with an SNS topic) subscribes the mail function to it.
 *
 * @throws ConfigurationError for what only a deployment can refuse.
 */
export class RotationStack extends Stack {
  readonly #ledger = new LedgerTable(this, 'Ledger');
  readonly #pokes = new PokeQueue(this, 'Pokes', { consumerTimeout: FUNCTION_TIMEOUT });
  readonly #topic = new NotificationTopic(this, 'Notifications');
  readonly #configurationFile: string;
  readonly #secrets: SecretArns;

  constructor(scope: Construct, id: string, props: RotationStackProps) {
    const { configuration, configurationFile, ...stackProps } = props;
    super(scope, id, { description: 'Rotates Salesforce passwords and security tokens.', ...stackProps });
    this.#configurationFile = configurationFile;
    this.#secrets = secretArns(this, configuration);
    // Refused here, before the functions are bundled.
    const credentials = [...configuration.credentials.values()].map((credential) => ({
      credential,
      scheduleExpression: rotationRate(credential),
    }));

    // One block per function: what it is, what starts it, what it may do.
    const rotate = this.#function(
      'rotate',
      rotateEnvironment,
      'The four steps of a Secrets Manager rotation.',
    );
    allowCommit(rotate.role, this.#secrets);

    const advance = this.#function('advance', advanceEnvironment, 'One reconcile of one credential.');
    allowReconciliation(advance.role, this.#secrets, rotate.function);
    this.#startByPokes(advance);

    const watch = this.#function(
      'watch',
      watchEnvironment,
      'The scheduled look, and the commands of an operator.',
    );
    allowReconciliation(watch.role, this.#secrets, rotate.function);
    new Rule(this, 'WatchSchedule', {
      schedule: Schedule.rate(WATCH_INTERVAL),
      targets: [new FunctionTarget(watch.function)],
    });

    const mail = this.#function('mail', mailEnvironment, 'Takes security tokens out of received mails.');
    allowReconciliation(mail.role, this.#secrets, rotate.function);

    for (const { credential, scheduleExpression } of credentials) {
      createDraftSecret(this, `Draft-${credential.name}`, credential);
      new NativeRotation(this, `Rotation-${credential.name}`, {
        secret: credential.secret,
        scheduleExpression,
        rotateFunction: rotate.function,
      });
    }

    new CfnOutput(this, 'WatchFunctionName', { value: watch.function.functionName });
    new CfnOutput(this, 'MailFunctionArn', { value: mail.function.functionArn });
    new CfnOutput(this, 'NotificationTopicArn', { value: this.#topic.topicArn });
    new CfnOutput(this, 'LedgerTableName', { value: this.#ledger.tableName });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: this.#pokes.deadLetters.queueUrl });
  }

  /** A function with what all of them have: the ledger, the queue, and somebody to tell. */
  #function(name: string, environmentSchema: EnvironmentSchema, description: string): RotationFunction {
    const created = new RotationFunction(this, capitalized(name), {
      name,
      description,
      environmentSchema,
      configurationFile: this.#configurationFile,
      environment: {
        LEDGER_TABLE: this.#ledger.tableName,
        QUEUE_URL: this.#pokes.queue.queueUrl,
        EVENT_BUS,
        TOPIC_ARN: this.#topic.topicArn,
      },
    });
    allowLedger(created.role, this.#ledger.tableArn);
    allowPoking(created.role, this.#pokes.queue.queueArn);
    allowAnnouncing(created.role, { eventBusArn: this.#eventBusArn(), topicArn: this.#topic.topicArn });
    return created;
  }

  #startByPokes(advance: RotationFunction): void {
    allowTakingPokes(advance.role, this.#pokes.queue.queueArn);
    advance.function.addEventSourceMapping('Pokes', {
      eventSourceArn: this.#pokes.queue.queueArn,
      batchSize: 1,
      reportBatchItemFailures: true,
    });
  }

  #eventBusArn(): string {
    return this.formatArn({
      service: 'events',
      resource: 'event-bus',
      resourceName: EVENT_BUS,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
