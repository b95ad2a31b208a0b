import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { type EventBus, type EventPattern, type IEventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  advanceEnvironment,
  type EnvironmentSchema,
  intakeEnvironment,
  mailEnvironment,
  rotateEnvironment,
  watchEnvironment,
  widgetEnvironment,
} from '../runtime/environment.ts';
import { commandFunctionName } from './command-function-name.ts';
import type { LedgerTable } from './ledger-table.ts';
import {
  allowAnnouncing,
  allowCountingInLedger,
  allowHistory,
  allowInvoking,
  allowLedger,
  allowOwnKey,
  allowPoking,
  allowReadingInBatches,
  allowReadingLedger,
  allowTakingPokes,
} from './permissions.ts';
import type { PromptPageProps } from './prompt-address.ts';
import { basePathOf, functionArn, openPromptPage, type PromptAddress } from './prompt-page.ts';
import { RotationFunction } from './rotation-function.ts';

const DEFAULT_BUS = 'default';
const WATCH_INTERVAL = Duration.minutes(5);

/** What the functions work with. */
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
 * The functions of the service, what starts them, and what those that rotate have
 * in common.
 * What they may do with secrets is granted when the configuration is complete.
 *
 * A function that comes later gets its bundle's limit in `bundle-limits.ts`, a line
 * in the constructor, its schema here, its trigger below, its grants in
 * `complete-rotation.ts`, its alarm in `observability`, and in `acknowledged.ts` why
 * it has no dead letters.
 */
export class RotationFunctions {
  readonly rotate: RotationFunction;
  readonly advance: RotationFunction;
  readonly watch: RotationFunction;
  readonly mail: RotationFunction;
  readonly widget: RotationFunction;
  readonly #watchSchedule: Rule;
  #page: PromptPage | undefined;
  readonly #scope: Construct;
  readonly #surroundings: Surroundings;

  constructor(scope: Construct, surroundings: Surroundings) {
    this.#scope = scope;
    this.#surroundings = surroundings;
    this.rotate = this.#function('rotate', 'The four steps of a Secrets Manager rotation.');
    this.advance = this.#function('advance', 'One reconcile of one credential.');
    this.watch = this.#function('watch', 'The scheduled look, and the commands of an operator.');
    allowHistory(this.watch.role, surroundings.ledger.tableArn);
    this.mail = this.#function('mail', 'Takes security tokens out of received mails.');
    this.widget = this.#createWidget();
    this.#startByPokes();
    this.#watchSchedule = this.#startBySchedule();
  }

  get all(): readonly RotationFunction[] {
    return [...this.rotating, this.widget, ...(this.#page === undefined ? [] : [this.#page.intake])];
  }

  /** `undefined` until somebody needs it. */
  get page(): PromptPage | undefined {
    return this.#page;
  }

  /**
   * Makes the prompt page, if it is not there, and tells those who tell people where it is.
   *
   * @throws ConfigurationError
   */
  servePage(props: PromptPageProps): void {
    if (this.#page !== undefined) return;
    const { encryptionKey } = this.#surroundings;
    const intake = this.#createIntake(basePathOf(props));
    const address = openPromptPage(this.#scope, intake, { props, encryptionKey });
    for (const { function: telling } of this.rotating) telling.addEnvironment('PROMPT_URL', address.url);
    this.#page = { intake, ...address };
  }

  /**
   * Has the watch function called for these events, too. A rule may have both a
   * schedule and a pattern, so that the first pattern takes no resource of the 500
   * that a stack may have.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
   */
  watchEdits([first, ...others]: readonly EventPattern[]): void {
    if (first !== undefined) this.#watchSchedule.addEventPattern(first);
    for (const [index, eventPattern] of others.entries())
      new Rule(this.#scope, `WatchEdits${index + 2}`, { eventPattern, targets: [this.#watchTarget()] });
  }

  /** Those that work with secrets. */
  get rotating(): readonly RotationFunction[] {
    return [this.rotate, ...this.reconcilers];
  }

  /** Those that reconcile: they prepare in the draft, ask for the commit, and finish one that died. */
  get reconcilers(): readonly RotationFunction[] {
    return [this.advance, this.watch, this.mail];
  }

  /** Of those that work with secrets. */
  get roles(): readonly Role[] {
    return this.rotating.map(({ role }) => role);
  }

  /** A function with what those that rotate have: the ledger, the queue, and somebody to tell. */
  #function(
    name: Exclude<keyof typeof ENVIRONMENTS, 'widget' | 'intake'>,
    description: string,
  ): RotationFunction {
    const { ledger, queue, topic, encryptionKey, eventBus } = this.#surroundings;
    const bus = busOf(this.#scope, eventBus);
    const created = this.#create(name, description, {
      QUEUE_URL: queue.queueUrl,
      EVENT_BUS: bus.nameOrArn,
      TOPIC_ARN: topic.topicArn,
    });
    allowLedger(created.role, ledger.tableArn);
    allowPoking(created.role, queue.queueArn);
    allowAnnouncing(created.role, { eventBusArn: bus.arn, topicArn: topic.topicArn });
    allowReadingInBatches(created.role);
    allowOwnKey(created.role, encryptionKey.keyArn, Stack.of(this.#scope).region);
    return created;
  }

  /** Its buttons call the watch function with the rights of who presses them, so it may only read. */
  #createWidget(): RotationFunction {
    const { ledger, encryptionKey } = this.#surroundings;
    const created = this.#create('widget', 'Draws the fleet on the dashboard.', {
      WATCH_FUNCTION_ARN: this.watch.function.functionArn,
    });
    const { region } = Stack.of(this.#scope);
    const { keyArn } = encryptionKey;
    allowReadingLedger(created.role, { tableArn: ledger.tableArn, keyArn, region });
    return created;
  }

  /**
   * Everybody may call it, so it may do little: what people bring, it hands to the
   * watch function.
   */
  #createIntake(basePath: string): RotationFunction {
    const { ledger, encryptionKey } = this.#surroundings;
    const commandFunction = commandFunctionName(this.#scope);
    const created = this.#create('intake', 'The page on which people bring security tokens.', {
      COMMAND_FUNCTION: commandFunction,
      ...(basePath === '' ? {} : { BASE_PATH: basePath }),
    });
    const { region } = Stack.of(this.#scope);
    const { keyArn } = encryptionKey;
    allowCountingInLedger(created.role, { tableArn: ledger.tableArn, keyArn, region });
    allowInvoking(created.role, [functionArn(this.#scope, commandFunction)]);
    return created;
  }

  #create(
    name: keyof typeof ENVIRONMENTS,
    description: string,
    environment: Readonly<Record<string, string>>,
  ): RotationFunction {
    const { ledger, encryptionKey } = this.#surroundings;
    return new RotationFunction(this.#scope, capitalized(name), {
      name,
      description,
      environmentSchema: ENVIRONMENTS[name],
      ...(name === 'watch' ? { functionName: commandFunctionName(this.#scope) } : {}),
      encryptionKey,
      environment: { LEDGER_TABLE: ledger.tableName, ...environment },
    });
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

  #startBySchedule(): Rule {
    return new Rule(this.#scope, 'WatchSchedule', {
      schedule: Schedule.rate(WATCH_INTERVAL),
      targets: [this.#watchTarget()],
    });
  }

  #watchTarget(): FunctionTarget {
    return new FunctionTarget(this.watch.function);
  }
}

const ENVIRONMENTS = {
  rotate: rotateEnvironment,
  advance: advanceEnvironment,
  watch: watchEnvironment,
  mail: mailEnvironment,
  widget: widgetEnvironment,
  intake: intakeEnvironment,
} satisfies Readonly<Record<string, EnvironmentSchema<object>>>;

/** The prompt page: its function, and where it is reached. */
export interface PromptPage extends PromptAddress {
  readonly intake: RotationFunction;
}

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
