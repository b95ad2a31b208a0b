import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readableMail } from '../../lib/sandbox/readable-mail.ts';
import {
  ADD_INTEGRATION,
  BOOTSTRAP,
  CHECK,
  CONNECT_MAIL,
  DEPLOY,
  DESTROY,
  ROTATE_NOW,
  SEED,
  STATUS,
} from './documented.ts';
import { ACCOUNT, REGION } from './emulator.ts';
import { Listener } from './listener.ts';
import { ALL_SECRETS, currentText, labelsOf, logIn, SEEDED, standing } from './observe.ts';
import { readInvocation, type Stage } from './stage.ts';
import { sesMessage } from './surroundings.ts';
import { Visitor } from './visitor.ts';
import {
  CREDENTIAL_SECRET,
  DESK,
  DESK_SECRET,
  DRAFT_SECRET,
  INTEGRATIONS,
  LATE_INTEGRATION,
  type Login,
  PORTAL,
  USERNAME,
} from './world.ts';

const STACK = 'SalesforceCredentialRotation';
/** Further secrets for the second deployment. */
const SEED_DESK = [
  `aws secretsmanager create-secret --name ${DESK_SECRET} --secret-string file://desk.json`,
  `aws secretsmanager create-secret --name ${PORTAL.secret} --secret-string file://portal.json`,
];
/** What the rule of the schedule calls the watch function with; the function reads nothing of it. */
const LOOK = `aws lambda invoke --function-name <WatchFunctionName> --payload '{"source":"aws.events","detail-type":"Scheduled Event","detail":{}}' /dev/stdout`;
const EDIT = `aws secretsmanager put-secret-value --secret-id ${CREDENTIAL_SECRET} --secret-string file://edited.json`;
const LINK = /https:\/\/[^\s"\\<>|)]+\/p\/[\w-]{43}/;
/** Longer than a rotation with cold functions takes on a slow machine. */
const ROTATION_TIMEOUT_MILLISECONDS = 60_000;
const EMPTY_DRAFT = '{}';
const EVERYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

interface ActiveRules {
  readonly Rules: readonly {
    readonly Recipients: readonly string[];
    readonly Actions: readonly { readonly SNSAction?: { readonly TopicArn: string } }[];
  }[];
}

/**
 * What an operator does with the service, from the first deployment to the last
 * day, each with what must be true after it. A method that fails says so by
 * throwing.
 */
export class Journey {
  readonly #stage: Stage;
  #outputs: Readonly<Record<string, string>> = {};
  #listener: Listener | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async bootstrap(): Promise<void> {
    await this.#run(BOOTSTRAP);
  }

  async seed(): Promise<void> {
    for (const command of SEED) await this.#run(command);
  }

  /** Nothing rotates; Secrets Manager tests the function that it got. */
  async deploy(): Promise<void> {
    const { surroundings } = this.#stage;
    const before = standing(surroundings, SEEDED);
    await this.#deployAndTest(DEPLOY);
    assert.deepEqual(
      standing(surroundings, SEEDED),
      before,
      'the deployment changed a secret or the password',
    );
    const { RotationEnabled, RotationRules } = this.#describe(CREDENTIAL_SECRET);
    assert.equal(RotationEnabled, true, 'the deployment did not turn rotation on');
    assert.equal(RotationRules?.ScheduleExpression, 'rate(30 days)');
    assert.equal(
      currentText(surroundings, DRAFT_SECRET),
      EMPTY_DRAFT,
      'the draft is not there, or not empty',
    );
  }

  /** The stack's receipt rules become the account's; they name the topic that SES publishes mails to. */
  async connectMail(): Promise<void> {
    await this.#run(CONNECT_MAIL);
    const { Rules } = JSON.parse(await this.#run('aws ses describe-active-receipt-rule-set')) as ActiveRules;
    const rule = Rules.find(({ Recipients }) => Recipients.includes(USERNAME));
    const topic = rule?.Actions.find(({ SNSAction }) => SNSAction !== undefined)?.SNSAction?.TopicArn;
    assert.ok(topic !== undefined, `no rule publishes the mails to ${USERNAME}`);
    this.#know({ MailTopicArn: topic });
  }

  /** rotate-now, pokes through the queue, the token mail, and Secrets Manager's four steps. */
  async rotate(): Promise<void> {
    await this.#rotatedWithMail(async () => {
      readInvocation(await this.#run(ROTATE_NOW));
    });
  }

  /** Has a rotation begun, and does what SES does with the mail that it makes the org send. */
  async #rotatedWithMail(begin: () => Promise<void>): Promise<void> {
    const { surroundings, runDirectory } = this.#stage;
    const signal = AbortSignal.timeout(ROTATION_TIMEOUT_MILLISECONDS);
    const mailed = surroundings.nextMail(signal);
    const ended = surroundings.nextEnd(signal);
    ended.catch(() => undefined);
    await begin();
    const mail = await waitFor('the token mail', mailed).catch(async (error: unknown) => {
      throw new Error(`${reasonOf(error)}; the credential is in phase "${await this.#phase()}"`);
    });
    writeFileSync(join(runDirectory, 'mail.json'), sesMessage(mail));
    await this.#run('aws sns publish --topic-arn <MailTopicArn> --message file://mail.json');
    demandEnd(await waitFor('the end of the rotation', ended), 'RotationSucceeded');
  }

  /** Every integration logs in with one new credential, the old one is refused, and nothing is left over. */
  async prove(old: Login = this.#stage.surroundings.world.firstLogin): Promise<void> {
    const { surroundings } = this.#stage;
    const logins = INTEGRATIONS.map(({ secret, read }) => read(currentText(surroundings, secret)));
    assert.equal(
      new Set(logins.map((login) => JSON.stringify(login))).size,
      1,
      'the integrations hold different credentials',
    );
    for (const [index, login] of logins.entries()) {
      assert.equal(await logIn(login), 'accepted', `${INTEGRATIONS[index]?.secret} does not log in`);
    }
    assert.equal(await logIn(old), 'INVALID_LOGIN', 'the old credential still logs in');
    for (const secret of [CREDENTIAL_SECRET, ...INTEGRATIONS.map((integration) => integration.secret)]) {
      assert.deepEqual(labelsOf(surroundings, secret), ['AWSCURRENT', 'AWSPREVIOUS'], `labels of ${secret}`);
    }
    assert.equal(currentText(surroundings, DRAFT_SECRET), EMPTY_DRAFT, 'the draft still holds a password');
    assert.equal(await this.#phase(), 'idle');
    assert.equal(await this.#deadLetters(), 0, 'there are dead letters');
  }

  /**
   * Somebody changes the password in Salesforce, and its token with it. The next look
   * sees it in the org's records, people are told, and the service sets another.
   */
  async notice(): Promise<void> {
    const { surroundings } = this.#stage;
    const before = this.#integrationLogin();
    const theirMail = surroundings.nextMail(AbortSignal.timeout(ROTATION_TIMEOUT_MILLISECONDS));
    this.#listener = await Listener.subscribe((command) => this.#run(command));
    surroundings.org.changePasswordInUi(USERNAME, 'Set-by-somebody-3lse');
    await surroundings.org.deliverDueMails();
    await waitFor("the mail with somebody else's token", theirMail);
    assert.equal(await logIn(before), 'INVALID_LOGIN', 'the integrations still log in');
    await this.#rotatedWithMail(async () => {
      const { poked } = readInvocation(await this.#run(LOOK)) as { poked: readonly string[] };
      assert.deepEqual(poked, ['billing'], 'the watch did not notice');
    });
    await this.#told(/was changed by somebody else/);
    await this.prove(before);
  }

  /**
   * Somebody resets the token in Salesforce and puts the new one into the credential
   * secret. Secrets Manager says so on the event bus, whose rule calls the watch function.
   */
  async edit(): Promise<void> {
    const { surroundings, runDirectory } = this.#stage;
    const before = this.#integrationLogin();
    const { org } = surroundings;
    org.resetToken(USERNAME);
    const securityToken = org.inspect(USERNAME).token?.value;
    assert.equal(await logIn(before), 'INVALID_LOGIN', 'the integrations still log in');
    const edited = { ...JSON.parse(currentText(surroundings, CREDENTIAL_SECRET)), securityToken };
    writeFileSync(join(runDirectory, 'edited.json'), JSON.stringify(edited), { mode: 0o600 });
    const secrets = INTEGRATIONS.map(({ secret }) => secret);
    const signal = AbortSignal.timeout(ROTATION_TIMEOUT_MILLISECONDS);
    const followed = surroundings.nextVersions(secrets, signal);
    followed.catch(() => undefined);
    await this.#run(EDIT);
    await this.#told(/and Salesforce accepts it/);
    await waitFor('the edit in every integration secret', followed);
    await this.prove(before);
  }

  /** Does what CloudWatch does for whoever looks at the dashboard: calls the function that draws the fleet. */
  async look(): Promise<void> {
    const { DashboardEntries } = JSON.parse(await this.#run('aws cloudwatch list-dashboards')) as {
      DashboardEntries: readonly { DashboardName: string }[];
    };
    const [dashboard] = DashboardEntries;
    assert.ok(dashboard !== undefined, 'the stack has no dashboard');
    const { DashboardBody } = JSON.parse(
      await this.#run(`aws cloudwatch get-dashboard --dashboard-name ${dashboard.DashboardName}`),
    ) as { DashboardBody: string };
    const { widgets } = JSON.parse(DashboardBody) as {
      widgets: readonly { type: string; properties: { endpoint?: string } }[];
    };
    const Widget = widgets.find(({ type }) => type === 'custom')?.properties.endpoint ?? '';
    const drawn = readInvocation(
      await this.#run(
        `aws lambda invoke --function-name ${Widget} --payload '{"widgetContext":{"theme":"dark"}}' /dev/stdout`,
      ),
    );
    assert.ok(typeof drawn === 'string', 'the widget draws no HTML');
    assert.match(drawn, /<th scope="row">billing<br\/>/, 'the credential is not drawn');
    assert.match(drawn, /at rest/, 'its phase is not drawn');
    const [, pressed] = /<cwdb-action [^>]*endpoint="([^"]+)"/.exec(drawn) ?? [];
    assert.ok(
      pressed?.endsWith(`:function:${this.#outputs['WatchFunctionName']}`),
      'the button calls something else',
    );
  }

  /** Not even an administrator reads the draft, who reads everything else. */
  async guard(): Promise<void> {
    await this.#run('aws iam create-user --user-name auditor');
    await this.#run(
      `aws iam put-user-policy --user-name auditor --policy-name all --policy-document '${EVERYTHING}'`,
    );
    const { AccessKey } = JSON.parse(await this.#run('aws iam create-access-key --user-name auditor')) as {
      AccessKey: { AccessKeyId: string; SecretAccessKey: string };
    };
    const auditor = this.#stage.shell.as(AccessKey.AccessKeyId, AccessKey.SecretAccessKey);
    const read = (secret: string) => auditor.run(`aws secretsmanager get-secret-value --secret-id ${secret}`);
    await read(CREDENTIAL_SECRET);
    await assert.rejects(read(DRAFT_SECRET), /AccessDenied/, 'an administrator reads the draft');
  }

  /**
   * Another interval, a further integration and another credential: nothing rotates,
   * and the new integration gets the credential.
   */
  async update(): Promise<void> {
    const { surroundings } = this.#stage;
    const before = standing(surroundings, ALL_SECRETS);
    for (const command of [ADD_INTEGRATION, ...SEED_DESK]) await this.#run(command);
    await this.#deployAndTest(DEPLOY.replace('rotation.config.json', 'changed.config.json'), 2);
    assert.deepEqual(
      standing(surroundings, ALL_SECRETS),
      before,
      'the update changed a secret or the password',
    );
    assert.equal(this.#describe(CREDENTIAL_SECRET).RotationRules?.ScheduleExpression, 'rate(45 days)');
    readInvocation(await this.#run(CHECK));
    const login = LATE_INTEGRATION.read(currentText(surroundings, LATE_INTEGRATION.secret));
    assert.equal(await logIn(login), 'accepted', 'the further integration does not log in');
  }

  /** The watch function asks, a person opens the link, presses Start and pastes the mail, and the swap follows. */
  async prompt(): Promise<void> {
    const { surroundings, emulator } = this.#stage;
    const { firstDeskLogin } = surroundings.world;
    const visitor = new Visitor(emulator.endpoint, emulator.environment['AWS_CA_BUNDLE'] ?? '');
    readInvocation(await this.#run(ROTATE_NOW.replace('"billing"', `"${DESK}"`)));
    const link = await this.#told(LINK);
    assert.ok(link.startsWith(this.#outputs['PromptUrl'] ?? 'no page'), 'the link leads elsewhere');

    assert.equal((await visitor.open(link)).state, 'invitation');
    assert.equal(await logIn(firstDeskLogin), 'accepted', 'a look at the page changed the password');
    assert.equal(
      (await visitor.open(`${link.slice(0, -1)}_`)).status,
      404,
      'another link opens the page, too',
    );
    const signal = AbortSignal.timeout(ROTATION_TIMEOUT_MILLISECONDS);
    const mailed = surroundings.nextMail(signal);
    assert.equal((await visitor.submit(link, 'start', {})).status, 303, 'Start was not taken');
    const mail = await waitFor('the token mail', mailed);
    assert.equal((await visitor.open(link)).state, 'token');

    const ended = surroundings.nextEnd(signal);
    ended.catch(() => undefined);
    const { text } = await readableMail(mail);
    assert.equal(
      (await visitor.submit(link, 'token', { token: text })).status,
      303,
      'the token was not taken',
    );
    demandEnd(await waitFor('the end of the rotation', ended), 'RotationSucceeded');
    assert.equal((await visitor.open(link)).state, 'done');
    const login = PORTAL.read(currentText(surroundings, PORTAL.secret));
    assert.equal(await logIn(login), 'accepted', `${PORTAL.secret} does not log in`);
    assert.equal(await logIn(firstDeskLogin), 'INVALID_LOGIN', 'the old credential still logs in');
  }

  async #told(wanted: RegExp): Promise<string> {
    if (this.#listener === undefined) throw new Error('nobody listens yet');
    return this.#listener.told(wanted);
  }

  #integrationLogin(): Login {
    const { surroundings } = this.#stage;
    const [first] = INTEGRATIONS.map(({ secret, read }) => read(currentText(surroundings, secret)));
    assert.ok(first !== undefined, 'there are no integrations');
    return first;
  }

  /** Functions, queue and topic go; the ledger and every secret stay, and the integrations go on. */
  async destroy(): Promise<void> {
    const { surroundings } = this.#stage;
    const before = standing(surroundings, ALL_SECRETS);
    for (const command of DESTROY) await this.#run(command, command.includes('cdk') ? ['--force'] : []);
    assert.equal(
      await this.#count('aws cloudformation describe-stacks', 'Stacks', STACK),
      0,
      'the stack is there',
    );
    assert.equal(await this.#count('aws lambda list-functions', 'Functions', STACK), 0, 'a function is left');
    assert.deepEqual(standing(surroundings, ALL_SECRETS), before, 'a secret is gone, or was changed');
    assert.equal(currentText(surroundings, DRAFT_SECRET), EMPTY_DRAFT, 'the draft is gone');
    const item = await this.#run(
      `aws dynamodb get-item --table-name <LedgerTableName> --key '{"pk":{"S":"credential#billing"},"sk":{"S":"state"}}'`,
    );
    assert.match(item, /"idle"/, 'the ledger is gone');
    for (const { secret, read } of INTEGRATIONS) {
      assert.equal(
        await logIn(read(currentText(surroundings, secret))),
        'accepted',
        `${secret} does not log in`,
      );
    }
  }

  /**
   * Deploys, reads the stack's outputs, and waits until Secrets Manager has tested the
   * rotation function.
   *
   * @param tests how often: once for each schedule that is new or changed.
   */
  async #deployAndTest(command: string, tests = 1): Promise<void> {
    const { surroundings, runDirectory } = this.#stage;
    const outputsFile = join(runDirectory, 'outputs.json');
    const { rotationEvents } = surroundings;
    const told = rotationEvents.length;
    const deployment = new AbortController();
    const ended = surroundings.nextEnd(deployment.signal);
    ended.catch(() => undefined);
    await this.#run(command, ['--require-approval', 'never', '--outputs-file', outputsFile]);
    const timeout = setTimeout(() => deployment.abort(), ROTATION_TIMEOUT_MILLISECONDS);
    const end = await waitFor('the test of the rotation function', ended).finally(() =>
      clearTimeout(timeout),
    );
    demandEnd(end, 'TestRotationSucceeded');
    const isTested = () => rotationEvents.slice(told).filter((name) => name === end).length >= tests;
    const signal = AbortSignal.timeout(ROTATION_TIMEOUT_MILLISECONDS);
    while (!isTested())
      demandEnd(await waitFor('a further test of the rotation function', surroundings.nextEnd(signal)), end);
    const written = JSON.parse(readFileSync(outputsFile, 'utf8')) as Record<string, Record<string, string>>;
    this.#know(written[STACK] ?? {});
    assert.ok(!rotationEvents.slice(told).includes('RotationStarted'), 'the deployment rotated');
  }

  #know(outputs: Readonly<Record<string, string>>): void {
    this.#outputs = { ...this.#outputs, ...outputs };
  }

  async #phase(): Promise<string> {
    const { status } = readInvocation(await this.#run(STATUS)) as { status: { phase: string } };
    return status.phase;
  }

  async #deadLetters(): Promise<number> {
    const printed = await this.#run(
      'aws sqs get-queue-attributes --queue-url <DeadLetterQueueUrl> --attribute-names ApproximateNumberOfMessages',
    );
    const { Attributes } = JSON.parse(printed) as { Attributes: { ApproximateNumberOfMessages: string } };
    return Number(Attributes.ApproximateNumberOfMessages);
  }

  /** How many of the things that a command lists have a name of the stack. */
  async #count(command: string, list: string, name: string): Promise<number> {
    const printed = JSON.parse(await this.#run(command)) as Record<string, readonly object[]>;
    return (printed[list] ?? []).filter((item) => JSON.stringify(item).includes(`"${name}`)).length;
  }

  #describe(SecretId: string) {
    return this.#stage.surroundings.secretsManager.describeSecret({ SecretId });
  }

  #run(documented: string, further: readonly string[] = []): Promise<string> {
    return this.#stage.shell.run(documented, { ...this.#outputs, Account: ACCOUNT, Region: REGION }, further);
  }
}

function demandEnd(end: string, wanted: string): void {
  if (end !== wanted) throw new Error(`instead of ${wanted} came ${end}`);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Says what did not come, instead of that something was aborted. */
async function waitFor<Result>(what: string, coming: Promise<Result>): Promise<Result> {
  try {
    return await coming;
  } catch (error) {
    if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) {
      throw new Error(`${what} did not come within ${ROTATION_TIMEOUT_MILLISECONDS / 1_000} seconds`);
    }
    throw error;
  }
}
