import { AspectPriority, Aspects, Duration } from 'aws-cdk-lib';
import type { EventBus, IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ConfigurationError, checkConfiguration } from '../core/config/load.ts';
import type { ConfigurationInput } from '../core/config/schema.ts';
import { completeRotation } from './complete-rotation.ts';
import { orgInput, refuseTokens } from './configuration-input.ts';
import { CreatedSecret } from './created-secret.ts';
import type { CredentialProps, OrgProps } from './credential-props.ts';
import { LedgerTable } from './ledger-table.ts';
import { NotificationTopic } from './notification-topic.ts';
import { PokeQueue } from './poke-queue.ts';
import { RotatedCredential } from './rotated-credential.ts';
import { FUNCTION_TIMEOUT } from './rotation-function.ts';
import { RotationFunctions } from './rotation-functions.ts';
import { createRotationKey, letServicesUse } from './rotation-key.ts';
import { RotationTargets } from './rotation-targets.ts';
import { SecretDirectory } from './secret-directory.ts';
import { type TokenMailProps, TokenMailReceipt } from './token-mail-receipt.ts';

export interface SalesforceRotationProps {
  /**
   * Customer-managed key for drafts, ledger, queues, topic and logs. Drafts and
   * ledger outlive the stack, so the key must, too.
   *
   * The policy of an imported key is not changed: it must allow `kms:Decrypt` and
   * `kms:GenerateDataKey` to cloudwatch.amazonaws.com, events.amazonaws.com and,
   * with `mail`, ses.amazonaws.com, and the use by CloudWatch Logs.
   *
   * @default - a key is created, which is rotated every year and kept when the stack is deleted
   */
  readonly encryptionKey?: IKey | Key | undefined;
  /**
   * Where the events of rotations are put.
   *
   * @default - the account's default bus
   */
  readonly eventBus?: IEventBus | EventBus | undefined;
  /**
   * Receives the mails with security tokens by SES.
   *
   * @default - no mail is received here. Subscribe `mailFunction` to the topic to which your own receipt rule
   * publishes mails, for credentials with the token source `mailbox`
   */
  readonly mail?: TokenMailProps | undefined;
  /**
   * How long a rotation may wait for its token before the alarm `RotationWaits`.
   * At least one minute, at most seven days.
   *
   * @default Duration.hours(24)
   */
  readonly longestWait?: Duration | undefined;
  /**
   * How many managed policies a role of this account can have. They hold the
   * permissions on secrets that do not fit into the roles: about sixty secrets
   * each. From 0 to 20, which is the most that AWS raises the quota to.
   *
   * @default 10 - AWS's own default
   */
  readonly managedPolicyQuota?: number | undefined;
}

/**
 * The whole service: functions, queue, ledger, topic, key, alarms and dashboard.
 * What it rotates is added by `addOrg` and `addCredential`, which take what the
 * configuration file has in the same place.
 *
 * The configuration travels in the functions' bundles. It is checked as a whole,
 * bundled and granted when the app is synthesized, after everything was added;
 * what is wrong with one org or credential by itself is thrown where it is added.
 *
 * @example
 * const rotation = new SalesforceRotation(this, 'SalesforceRotation');
 * rotation.addOrg('prod', {
 *   loginUrl: 'https://acme.my.salesforce.com',
 *   connection: { kind: 'client-credentials', secret: 'salesforce/prod/rotator' },
 * });
 * rotation
 *   .addCredential('billing', { org: 'prod', secret: billingSecret, schedule: { every: '30 days' } })
 *   .addIntegration({ secret: 'etl/airflow/salesforce', format: 'airflow-uri' });
 */
export class SalesforceRotation extends Construct {
  /** Encrypts drafts, ledger, queues, topic and logs. */
  readonly encryptionKey: IKey | Key;
  /** Where people are told what waits for them, and alarms. */
  readonly topic: ITopic;
  /** Pokes that failed five times. */
  readonly deadLetterQueue: IQueue;
  /** Phases, budgets and history; never a secret value. */
  readonly ledger: LedgerTable;
  /** The four steps of a Secrets Manager rotation. */
  readonly rotateFunction: IFunction;
  /** Takes the commands of an operator. */
  readonly watchFunction: IFunction;
  /** Takes SES receipts that come through an SNS topic. */
  readonly mailFunction: IFunction;

  readonly #functions: RotationFunctions;
  readonly #orgs: Record<string, ConfigurationInput['orgs'][string]> = {};
  readonly #credentials = new Map<string, RotatedCredential>();
  readonly #directory = new SecretDirectory(this);
  readonly #rotationTargets: RotationTargets;
  readonly #longestWait: Duration;
  readonly #managedPolicyQuota: number;
  #complete = false;

  constructor(scope: Construct, id: string, props: SalesforceRotationProps = {}) {
    super(scope, id);
    this.#longestWait = checkedWait(props.longestWait);
    this.#managedPolicyQuota = checkedQuota(props.managedPolicyQuota);
    const encryptionKey = props.encryptionKey ?? createRotationKey(this, 'Key');
    letServicesUse(encryptionKey, this, { mail: props.mail !== undefined });
    this.encryptionKey = encryptionKey;
    this.ledger = new LedgerTable(this, 'Ledger', encryptionKey);
    this.topic = new NotificationTopic(this, 'Notifications', encryptionKey);
    const { queue, deadLetters } = new PokeQueue(this, 'Pokes', {
      consumerTimeout: FUNCTION_TIMEOUT,
      encryptionKey,
    });
    this.deadLetterQueue = deadLetters;
    const { ledger, topic } = this;
    this.#functions = new RotationFunctions(this, {
      ledger,
      topic,
      queue,
      encryptionKey,
      eventBus: props.eventBus,
    });
    this.rotateFunction = this.#functions.rotate.function;
    this.watchFunction = this.#functions.watch.function;
    this.mailFunction = this.#functions.mail.function;
    this.#rotationTargets = new RotationTargets(this, 'RotationTargets', this.rotateFunction);
    if (props.mail !== undefined) {
      const { mailFunction } = this;
      new TokenMailReceipt(this, 'TokenMail', { ...props.mail, mailFunction, encryptionKey });
    }
    Aspects.of(this).add(
      { visit: (node) => (node === this ? this.#completeOnce() : undefined) },
      { priority: AspectPriority.MUTATING },
    );
  }

  /**
   * Adds a Salesforce org. Orgs come before the credentials that are in them.
   *
   * @throws ConfigurationError for what is wrong with it; it names the path.
   */
  addOrg(name: string, props: OrgProps): this {
    this.#refuseTooLate();
    const path = `orgs.${name}`;
    if (Object.hasOwn(this.#orgs, name)) throw addedTwice(path);
    const org = orgInput(this.#directory, path, props);
    refuseTokens(org, path);
    checkConfiguration({ orgs: { [name]: org }, credentials: {} });
    this.#orgs[name] = org;
    if (props.connection.createSecret === true) this.#createConnection(name, org.connection.secret);
    return this;
  }

  /**
   * Adds a credential: its draft is created, and rotation is turned on for its
   * secret. A deployment never changes a password.
   *
   * @throws ConfigurationError for what is wrong with it; it names the path.
   */
  addCredential(name: string, props: CredentialProps): RotatedCredential {
    this.#refuseTooLate();
    if (this.#credentials.has(name)) throw addedTwice(`credentials.${name}`);
    const credential = new RotatedCredential(this, `Credential-${name}`, {
      name,
      credential: props,
      orgs: this.#orgs,
      directory: this.#directory,
      encryptionKey: this.encryptionKey,
      rotateFunctionArn: this.#rotationTargets.next(),
      readers: this.#functions.roles,
      beforeChange: () => this.#refuseTooLate(),
    });
    this.#credentials.set(name, credential);
    return credential;
  }

  #createConnection(org: string, secretName: string): void {
    const created = new CreatedSecret(new Construct(this, `Org-${org}`), 'Secret', {
      kind: 'Connection',
      secretName,
      description: `Connection to the Salesforce org "${org}": clientId and clientSecret.`,
    });
    this.#directory.secret(created, `orgs.${org}.connection.secret`);
  }

  #refuseTooLate(): void {
    if (this.#complete)
      throw new Error('The app is being synthesized already. Add orgs, credentials and integrations before.');
  }

  /** What depends on everything that was added; done when the app is synthesized. */
  #completeOnce(): void {
    if (this.#complete) return;
    this.#complete = true;
    const credentials = [...this.#credentials.values()];
    const permissions = completeRotation(this, {
      configuration: {
        orgs: this.#orgs,
        credentials: Object.fromEntries(credentials.map(({ name, input }) => [name, input] as const)),
      },
      directory: this.#directory,
      functions: this.#functions,
      rotationTargets: this.#rotationTargets,
      encryptionKey: this.encryptionKey,
      topic: this.topic,
      deadLetters: this.deadLetterQueue,
      longestWait: this.#longestWait,
      managedPolicyQuota: this.#managedPolicyQuota,
    });
    for (const credential of credentials) credential.rotateAfter(permissions);
  }
}

function checkedWait(longestWait = Duration.hours(24)): Duration {
  const seconds = longestWait.toSeconds();
  if (seconds >= 60 && seconds <= Duration.days(7).toSeconds()) return longestWait;
  throw refused(
    'longestWait',
    `this must be from one minute to seven days, not ${longestWait.toHumanString()}.`,
  );
}

function checkedQuota(quota = 10): number {
  if (Number.isInteger(quota) && quota >= 0 && quota <= 20) return quota;
  throw refused('managedPolicyQuota', `this must be a whole number from 0 to 20, not ${quota}.`);
}

function addedTwice(path: string): ConfigurationError {
  return refused(path, 'this was added already. Give each org and each credential its own name.');
}

function refused(path: string, message: string): ConfigurationError {
  return new ConfigurationError([{ path, message }]);
}
