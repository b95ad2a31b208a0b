import * as z from 'zod';
import { RotationError } from '../errors.ts';
import { domainOf, noDomainProblem } from '../formats/login-domain.ts';
import { deliveryProblems } from './delivery.ts';
import { type FormatConfig, type IntegrationConfig, takesDomain } from './integration.ts';
import { readJsonFile } from './json-file.ts';
import { mailboxProblems } from './mailbox-rules.ts';
import { LONGEST_SECRET_NAME } from './parts.ts';
import { pathOf } from './path.ts';
import { fillReferences } from './references.ts';
import { reservedKeys } from './reserved-keys.ts';
import { windowProblem } from './schedule.ts';
import {
  type ConfigurationFile,
  type ConfigurationInput,
  type CredentialConfig,
  configurationFile,
  type MailboxConfig,
  type OrgConfig,
} from './schema.ts';
import { SecretUses } from './secret-uses.ts';
import { selfProblems } from './self-rules.ts';
import { wording } from './wording.ts';

/** One thing that is wrong with the configuration: where, what, and how to mend it. */
export interface ConfigurationProblem {
  /** Path in the file, such as `credentials.billing.integrations[1].secret`. */
  readonly path: string;
  readonly message: string;
}

/** The configuration cannot be used. Each problem is one sentence; nothing ran. */
export class ConfigurationError extends RotationError {
  readonly code = 'ConfigurationError';
  readonly retryable = false;
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(problems.map((problem) => `${problem.path}: ${problem.message}`).join('\n'));
    this.problems = problems;
  }
}

/** A credential with everything that core needs to know about it. */
export interface Credential
  extends Omit<CredentialConfig, 'integrations' | 'delivery' | 'envelope' | 'schedule'> {
  readonly name: string;
  readonly draftSecret: string;
  readonly orgConfig: OrgConfig;
  /** When the service itself begins a rotation; `undefined` where nothing is due by itself. */
  readonly schedule: Schedule | undefined;
  /** When Secrets Manager opens a rotation window that begins one, in its cron fields. */
  readonly cron: string | undefined;
  /** How many hours such a window stays open. */
  readonly windowHours: number | undefined;
  /** The secrets that a swap writes; with envelope delivery, the one envelope. */
  readonly integrations: readonly IntegrationConfig[];
}

/** In seconds. */
interface Schedule {
  readonly every: number;
  /** How long before the due time the idle one of alternating users is prepared; 0 with a single user. */
  readonly prepareAhead: number;
}

export interface Configuration {
  readonly orgs: Readonly<Record<string, OrgConfig>>;
  readonly credentials: ReadonlyMap<string, Credential>;
  /** The mailboxes that the watch reads. */
  readonly mailboxes: Readonly<Record<string, MailboxConfig>>;
}

/**
 * Reads the configuration from JSON text.
 *
 * @param references Values of what is known at deployment only; see `references.ts`.
 * @throws ConfigurationError with one sentence per problem, each naming its place and the remedy.
 */
export function readConfiguration(text: string, references: readonly string[] = []): Configuration {
  return checkConfiguration(fillReferences(parseJson(text), references));
}

/**
 * As `readConfiguration`, and gives back what was written, for constructs that add to it.
 *
 * @throws ConfigurationError as `readConfiguration` does.
 */
export function readConfigurationInput(text: string): ConfigurationInput {
  const json = parseJson(text);
  checkConfiguration(json);
  return json as ConfigurationInput;
}

function parseJson(text: string): unknown {
  const reading = readJsonFile(text);
  if (reading.kind === 'problems') throw new ConfigurationError(reading.problems);
  return reading.value;
}

/** As `readConfiguration`, for a value that is parsed already. */
export function checkConfiguration(json: unknown): Configuration {
  const reserved = reservedKeys(json);
  if (reserved.length > 0) throw new ConfigurationError(reserved);
  const parsed = configurationFile.safeParse(json, { error: wording });
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.error.issues.map((issue) => ({ path: pathOf(issue.path), message: issue.message })),
    );
  }
  const problems = crossFieldProblems(parsed.data);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return resolve(parsed.data);
}

/** The JSON Schema that editors use, generated from the one schema. */
export function configurationJsonSchema(): unknown {
  return z.toJSONSchema(configurationFile, { io: 'input', unrepresentable: 'any' });
}

function resolve(file: ConfigurationFile): Configuration {
  const credentials = new Map<string, Credential>();
  for (const [name, config] of Object.entries(file.credentials)) {
    const orgConfig = file.orgs[config.org];
    if (orgConfig === undefined) continue;
    const { delivery: _resolved, envelope: _written, ...rest } = config;
    credentials.set(name, {
      ...rest,
      name,
      draftSecret: draftSecretOf(config),
      orgConfig,
      schedule: scheduleOf(config),
      cron: config.schedule?.cron,
      windowHours: hoursOf(config.schedule?.window),
      integrations: deliveriesOf(config),
    });
  }
  return { orgs: file.orgs, credentials, mailboxes: file.mailboxes };
}

const LONGEST_DEFAULT_AHEAD_SECONDS = 3 * 86_400;

/** Unless the file says otherwise, an idle user is prepared a tenth of the interval ahead, and three days at most. */
function scheduleOf({ schedule, strategy }: CredentialConfig): Schedule | undefined {
  const every = schedule?.every;
  if (schedule === undefined || every === undefined) return undefined;
  if (strategy.kind === 'single-user') return { every, prepareAhead: 0 };
  const ahead = schedule.prepareAhead ?? Math.min(Math.floor(every / 10), LONGEST_DEFAULT_AHEAD_SECONDS);
  return { every, prepareAhead: ahead };
}

function hoursOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds / 3_600;
}

/** What the swap writes. A configuration whose places do not fit its delivery has been refused before. */
function deliveriesOf({ integrations, envelope }: CredentialConfig): readonly IntegrationConfig[] {
  if (envelope === undefined)
    return integrations.map(({ key: _none, secret = '', ...rest }) => ({ ...rest, secret }));
  const entries = integrations.map(({ key = '', ...format }) => ({ ...format, key }));
  return entries.length === 0 ? [] : [{ ...envelope, format: 'envelope', entries }];
}

/** A draft lives beside its credential unless the file says otherwise. */
function draftSecretOf(config: CredentialConfig): string {
  return config.draft ?? `${config.secret}/draft`;
}

/** One app may serve several credentials, and be the service's own way in, too. */
const SHARED_APP = /^(?:orgs\.[^.]+\.connection|credentials\.[^.]+\.login)\.secret$/;

function crossFieldProblems(file: ConfigurationFile): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const uses = new SecretUses();
  const claim = (secret: string, path: string, role: string): boolean => {
    const owner = uses.claim(secret, path);
    if (owner !== undefined)
      problems.push({
        path,
        message: `${role} "${secret}" is used already at ${owner}. Each secret has one use; name another.`,
      });
    return owner === undefined;
  };
  const claimApp = (secret: string, path: string): void => {
    const owner = uses.claim(secret, path);
    if (owner === undefined || SHARED_APP.test(owner)) return;
    problems.push({
      path,
      message: `secret "${secret}" of the login app is used already at ${owner}, for something else. Name another.`,
    });
  };
  for (const [name, { connection }] of Object.entries(file.orgs))
    if (connection.kind !== 'self') claim(connection.secret, `orgs.${name}.connection.secret`, 'secret');
  for (const [name, mailbox] of Object.entries(file.mailboxes))
    claim(mailbox.secret, `mailboxes.${name}.secret`, 'secret');
  for (const [name, credential] of Object.entries(file.credentials)) {
    const path = `credentials.${name}`;
    if (!Object.hasOwn(file.orgs, credential.org)) {
      const known = Object.keys(file.orgs).join(', ') || 'none';
      problems.push({
        path: `${path}.org`,
        message: `there is no org "${credential.org}". Add it under "orgs", or use one of: ${known}.`,
      });
    }
    const isOnlyUse = claim(credential.secret, `${path}.secret`, 'credential secret');
    const draft = draftProblem(credential);
    if (draft !== undefined) problems.push({ path: `${path}.draft`, message: draft });
    // A draft that is named after a secret with two uses would have two uses itself, and is not another mistake.
    if (credential.draft !== undefined || isOnlyUse)
      claim(draftSecretOf(credential), `${path}.draft`, 'draft secret');
    if (credential.login.kind === 'oauth-password') claimApp(credential.login.secret, `${path}.login.secret`);
    if (credential.envelope !== undefined)
      claim(credential.envelope.secret, `${path}.envelope.secret`, 'envelope');
    credential.integrations.forEach((integration, index) => {
      const place = `${path}.integrations[${index}]`;
      if (integration.secret !== undefined && credential.delivery === 'separate')
        claim(integration.secret, `${place}.secret`, 'integration secret');
      const problem = loginUrlProblem(integration, file.orgs[credential.org]);
      if (problem !== undefined) problems.push({ path: `${place}.format`, message: problem });
    });
    problems.push(...deliveryProblems(credential, path));
    if (credential.lockout.maxAttempts >= credential.lockout.threshold) {
      problems.push({
        path: `${path}.lockout.maxAttempts`,
        message: `must be at most ${credential.lockout.threshold - 1}, one less than the threshold at which Salesforce locks the user.`,
      });
    }
    const escalation = escalationProblem(credential);
    if (escalation !== undefined) problems.push({ path: `${path}.prompt.escalate.to`, message: escalation });
    const ahead = prepareAheadProblem(credential);
    if (ahead !== undefined) problems.push({ path: `${path}.schedule.prepareAhead`, message: ahead });
    const window = credential.schedule && windowProblem(credential.schedule);
    if (window !== undefined) problems.push({ path: `${path}.schedule.window`, message: window });
  }
  return [...problems, ...mailboxProblems(file), ...selfProblems(file)];
}

function draftProblem(credential: CredentialConfig): string | undefined {
  if (credential.draft !== undefined) return undefined;
  if (credential.secret.startsWith('arn:'))
    return 'the credential secret is given by its ARN, so the draft secret must be named, too.';
  return draftSecretOf(credential).length > LONGEST_SECRET_NAME
    ? `the name of the credential secret leaves no room for the draft's: with "/draft" behind it, it has more than ${LONGEST_SECRET_NAME} characters. Name the draft secret, too.`
    : undefined;
}

function escalationProblem({ prompt: { mail, escalate } }: CredentialConfig): string | undefined {
  return mail === undefined && (escalate?.to ?? []).length > 0
    ? 'mails are to be sent, and "prompt.mail" does not say from where. Add it, or take the addresses out.'
    : undefined;
}

function prepareAheadProblem({ schedule, strategy }: CredentialConfig): string | undefined {
  if (schedule?.prepareAhead === undefined || schedule.every === undefined) return undefined;
  if (strategy.kind === 'single-user')
    return 'preparing a single user is what begins its outage, so it cannot be done ahead. Take it out, or use the strategy "alternating-users".';
  return schedule.prepareAhead < schedule.every
    ? undefined
    : 'this must be shorter than "every". Give less, or take it out.';
}

/** Some integrations cannot log in everywhere: better known now than when the secret is written. */
function loginUrlProblem(integration: FormatConfig, org: OrgConfig | undefined): string | undefined {
  if (org === undefined || !takesDomain(integration) || domainOf(org.loginUrl) !== undefined)
    return undefined;
  return `${noDomainProblem(integration.format)}. Use the My Domain login URL of the org, or another format.`;
}
