import { AspectPriority, Aspects, Duration } from 'aws-cdk-lib';
import type { EventBus, IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IReceiptRuleSet } from 'aws-cdk-lib/aws-ses';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ConfigurationError, checkConfiguration } from '../core/config/load.ts';
import type { ConfigurationInput } from '../core/config/schema.ts';
import { acknowledgeConnection } from './acknowledged.ts';
import { completeRotation } from './complete-rotation.ts';
import { mailboxInput, orgInput, refuseTokens } from './configuration-input.ts';
import { CreatedSecret } from './created-secret.ts';
import type { CredentialProps, MailboxProps, OrgProps } from './credential-props.ts';
import { LedgerTable } from './ledger-table.ts';
import { NotificationTopic } from './notification-topic.ts';
import { PokeQueue } from './poke-queue.ts';
import { checkPromptPage, type PromptPageProps } from './prompt-address.ts';
import { tellThatThereIsNoPage } from './prompt-page.ts';
import { RotatedCredential } from './rotated-credential.ts';
import { FUNCTION_TIMEOUT } from './rotation-function.ts';
import { RotationFunctions } from './rotation-functions.ts';
import { checkKey, createRotationKey, letServicesUse } from './rotation-key.ts';
import { RotationTargets } from './rotation-targets.ts';
import { SecretDirectory } from './secret-directory.ts';
import { refuseTooManyResources } from './stack-limits.ts';
import { type TokenMailProps, TokenMailReceipt } from './token-mail-receipt.ts';

export interface SalesforceRotationProps {
  /**
   * Customer-managed key for drafts, ledger, queues, topic and logs, and for the
   * credential and connection secrets that are created. Secrets and ledger outlive
   * the stack, so the key must, too. In the service's own Region, and no alias.
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
   * The page on which people bring what only they can. `false` is none: messages
   * then name the command line instead. That a credential asks people after an
   * outside change (`onOutsideChange`) makes no page by itself; the deployment says so.
   *
   * @default - at a function URL, if a credential has the token source `operator`; else none
   */
  readonly promptPage?: PromptPageProps | false | undefined;
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
  /** Encrypts drafts, created credential and connection secrets, ledger, queues, topic and logs. */
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
  /**
   * Draws the fleet on the dashboard. Who looks at it needs `grantInvoke` on it;
   * who presses its buttons, on `watchFunction` as well.
   */
  readonly widgetFunction: IFunction;
  /** The SES rule set with the rule for the mails with tokens; `undefined` without the prop `mail`. */
  readonly mailRuleSet: IReceiptRuleSet | undefined;

  readonly #functions: RotationFunctions;
  readonly #orgs: Record<string, ConfigurationInput['orgs'][string]> = {};
  readonly #mailboxes: Record<string, NonNullable<ConfigurationInput['mailboxes']>[string]> = {};
  readonly #credentials = new Map<string, RotatedCredential>();
  readonly #directory = new SecretDirectory(this);
  readonly #rotationTargets: RotationTargets;
  readonly #longestWait: Duration;
  readonly #managedPolicyQuota: number;
  readonly #promptPage: PromptPageProps | false | undefined;
  #complete = false;

  constructor(scope: Construct, id: string, props: SalesforceRotationProps = {}) {
    super(scope, id);
    this.#longestWait = checkedWait(props.longestWait);
    this.#managedPolicyQuota = checkedQuota(props.managedPolicyQuota);
    this.#promptPage = props.promptPage;
    if (typeof props.promptPage === 'object') checkPromptPage(props.promptPage);
    const encryptionKey = props.encryptionKey ?? createRotationKey(this, 'Key');
    checkKey(encryptionKey, this);
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
    this.widgetFunction = this.#functions.widget.function;
    this.#rotationTargets = new RotationTargets(this, 'RotationTargets', this.rotateFunction);
    this.mailRuleSet = this.#receiveMail(props.mail)?.ruleSet;
    if (props.promptPage !== undefined) this.#servePage();
    Aspects.of(this).add(
      { visit: (node) => (node === this ? this.#completeOnce() : undefined) },
      { priority: AspectPriority.MUTATING },
    );
  }

  /** The prompt page's function, which everybody may call; `undefined` as long as there is no page. */
  get intakeFunction(): IFunction | undefined {
    return this.#functions.page?.intake.function;
  }

  /** What the links in messages begin with; `undefined` as long as there is no page. */
  get promptUrl(): string | undefined {
    return this.#functions.page?.url;
  }

  /** What the DNS record of the page's domain is to lead to; `undefined` without such a domain. */
  get promptDomainTarget(): string | undefined {
    return this.#functions.page?.domainTarget;
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
    const { connection } = org;
    if ('createSecret' in props.connection && props.connection.createSecret && connection.kind !== 'self')
      this.#createConnection(name, connection.secret);
    return this;
  }

  /**
   * Adds a mailbox for mails that SES does not receive. Mailboxes come before the
   * credentials that name them.
   *
   * @throws ConfigurationError for what is wrong with it; it names the path.
   */
  addMailbox(name: string, props: MailboxProps): this {
    this.#refuseTooLate();
    const path = `mailboxes.${name}`;
    if (Object.hasOwn(this.#mailboxes, name)) throw addedTwice(path);
    const mailbox = mailboxInput(this.#directory, path, props);
    refuseTokens(mailbox, path);
    checkConfiguration({ orgs: {}, credentials: {}, mailboxes: { [name]: mailbox } });
    this.#mailboxes[name] = mailbox;
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
      mailboxes: this.#mailboxes,
      directory: this.#directory,
      encryptionKey: this.encryptionKey,
      rotateFunctionArn: this.#rotationTargets.next(),
      readers: this.#functions.roles,
      beforeChange: () => this.#refuseTooLate(),
    });
    this.#credentials.set(name, credential);
    if (credential.asksPeople) this.#servePage();
    return credential;
  }

  #receiveMail(mail: TokenMailProps | undefined): TokenMailReceipt | undefined {
    if (mail === undefined) return undefined;
    const { encryptionKey } = this;
    const mailFunction = this.#functions.mail;
    return new TokenMailReceipt(this, 'TokenMail', { ...mail, mailFunction, encryptionKey });
  }

  #servePage(): void {
    if (this.#promptPage !== false) this.#functions.servePage(this.#promptPage ?? {});
  }

  #createConnection(org: string, secretName: string): void {
    const created = new CreatedSecret(new Construct(this, `Org-${org}`), 'Secret', {
      kind: 'Connection',
      secretName,
      description: `Connection to the Salesforce org "${org}": clientId and clientSecret.`,
      encryptionKey: this.encryptionKey,
    });
    acknowledgeConnection(created);
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
    if (this.#promptPage === undefined && this.#functions.page === undefined)
      tellThatThereIsNoPage(
        this,
        credentials.filter(({ asksAfterOutsideChange }) => asksAfterOutsideChange).map(({ name }) => name),
      );
    const permissions = completeRotation(this, {
      configuration: {
        orgs: this.#orgs,
        ...(Object.keys(this.#mailboxes).length === 0 ? {} : { mailboxes: this.#mailboxes }),
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
    refuseTooManyResources(this, credentials);
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
  return refused(
    path,
    'this was added already. Give each org, each mailbox and each credential its own name.',
  );
}

function refused(path: string, message: string): ConfigurationError {
  return new ConfigurationError([{ path, message }]);
}
