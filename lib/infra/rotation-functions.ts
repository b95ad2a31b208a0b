import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { type EventBus, type IEventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  advanceEnvironment,
  type EnvironmentSchema,
  mailEnvironment,
  rotateEnvironment,
  watchEnvironment,
} from '../runtime/environment.ts';
import type { LedgerTable } from './ledger-table.ts';
import {
  allowAnnouncing,
  allowLedger,
  allowOwnKey,
  allowPoking,
  allowReadingInBatches,
  allowTakingPokes,
} from './permissions.ts';
import { RotationFunction } from './rotation-function.ts';

const DEFAULT_BUS = 'default';
const WATCH_INTERVAL = Duration.minutes(5);

/** What every function works with. */
export interface Surroundings {
  readonly ledger: LedgerTable;
  readonly queue: IQueue;
  readonly topic: ITopic;
  readonly encryptionKey: IKey;
  /**
   * Where events are put.
   *
   * @default - the account's default bus
   */
  readonly eventBus: IEventBus | EventBus | undefined;
}

/**
 * The functions of the service, what starts them, and what all of them may do.
 * What they may do with secrets is granted when the configuration is complete.
 *
 * A function that comes later gets a line in the constructor, its schema here, its
 * trigger below, its grants in `complete-rotation.ts` and its alarm in
 * `observability`.
 */
export class RotationFunctions {
  readonly rotate: RotationFunction;
  readonly advance: RotationFunction;
  readonly watch: RotationFunction;
  readonly mail: RotationFunction;
  readonly #scope: Construct;
  readonly #surroundings: Surroundings;

  constructor(scope: Construct, surroundings: Surroundings) {
    this.#scope = scope;
    this.#surroundings = surroundings;
    this.rotate = this.#function('rotate', 'The four steps of a Secrets Manager rotation.');
    this.advance = this.#function('advance', 'One reconcile of one credential.');
    this.watch = this.#function('watch', 'The scheduled look, and the commands of an operator.');
    this.mail = this.#function('mail', 'Takes security tokens out of received mails.');
    this.#startByPokes();
    this.#startBySchedule();
  }

  get all(): readonly RotationFunction[] {
    return [this.rotate, this.advance, this.watch, this.mail];
  }

  /** Those that reconcile: they prepare in the draft, ask for the commit, and finish one that died. */
  get reconcilers(): readonly RotationFunction[] {
    return [this.advance, this.watch, this.mail];
  }

  get roles(): readonly Role[] {
    return this.all.map(({ role }) => role);
  }

  /** A function with what all of them have: the ledger, the queue, and somebody to tell. */
  #function(name: keyof typeof ENVIRONMENTS, description: string): RotationFunction {
    const { ledger, queue, topic, encryptionKey, eventBus } = this.#surroundings;
    const bus = busOf(this.#scope, eventBus);
    const created = new RotationFunction(this.#scope, capitalized(name), {
      name,
      description,
      environmentSchema: ENVIRONMENTS[name],
      encryptionKey,
      environment: {
        LEDGER_TABLE: ledger.tableName,
        QUEUE_URL: queue.queueUrl,
        EVENT_BUS: bus.nameOrArn,
        TOPIC_ARN: topic.topicArn,
      },
    });
    allowLedger(created.role, ledger.tableArn);
    allowPoking(created.role, queue.queueArn);
    allowAnnouncing(created.role, { eventBusArn: bus.arn, topicArn: topic.topicArn });
    allowReadingInBatches(created.role);
    allowOwnKey(created.role, encryptionKey.keyArn, Stack.of(this.#scope).region);
    return created;
  }

  #startByPokes(): void {
    const { queueArn } = this.#surroundings.queue;
    allowTakingPokes(this.advance.role, queueArn);
    this.advance.function.addEventSourceMapping('Pokes', {
      eventSourceArn: queueArn,
      batchSize: 1,
      reportBatchItemFailures: true,
    });
  }

  #startBySchedule(): void {
    new Rule(this.#scope, 'WatchSchedule', {
      schedule: Schedule.rate(WATCH_INTERVAL),
      targets: [new FunctionTarget(this.watch.function)],
    });
  }
}

const ENVIRONMENTS = {
  rotate: rotateEnvironment,
  advance: advanceEnvironment,
  watch: watchEnvironment,
  mail: mailEnvironment,
} satisfies Readonly<Record<string, EnvironmentSchema>>;

interface Bus {
  readonly nameOrArn: string;
  readonly arn: string;
}

function busOf(scope: Construct, eventBus: Surroundings['eventBus']): Bus {
  if (eventBus !== undefined) return { nameOrArn: eventBus.eventBusArn, arn: eventBus.eventBusArn };
  const arn = Stack.of(scope).formatArn({
    service: 'events',
    resource: 'event-bus',
    resourceName: DEFAULT_BUS,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  return { nameOrArn: DEFAULT_BUS, arn };
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
