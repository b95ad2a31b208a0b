import * as z from 'zod';
import { RotationError } from '../errors.ts';
import { domainOf, noDomainProblem } from '../formats/login-domain.ts';
import { deliveryProblems } from './delivery.ts';
import { type FormatConfig, type IntegrationConfig, takesDomain } from './integration.ts';
import { fillReferences } from './references.ts';
import { windowProblem } from './schedule.ts';
import {
  type ConfigurationFile,
  type ConfigurationInput,
  type CredentialConfig,
  configurationFile,
  type OrgConfig,
} from './schema.ts';
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
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError([{ path: '(file)', message: `the file is no JSON: ${detail}.` }]);
  }
}

/** As `readConfiguration`, for a value that is parsed already. */
export function checkConfiguration(json: unknown): Configuration {
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
  return { orgs: file.orgs, credentials };
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

function crossFieldProblems(file: ConfigurationFile): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const owners = new Map<string, string>();
  const claim = (secret: string, path: string, role: string) => {
    const owner = owners.get(secret);
    if (owner === undefined) owners.set(secret, path);
    else
      problems.push({
        path,
        message: `${role} "${secret}" is used already at ${owner}. Each secret has one use; name another.`,
      });
  };
  for (const [name, org] of Object.entries(file.orgs))
    claim(org.connection.secret, `orgs.${name}.connection.secret`, 'secret');
  for (const [name, credential] of Object.entries(file.credentials)) {
    const path = `credentials.${name}`;
    if (!Object.hasOwn(file.orgs, credential.org)) {
      const known = Object.keys(file.orgs).join(', ') || 'none';
      problems.push({
        path: `${path}.org`,
        message: `there is no org "${credential.org}". Add it under "orgs", or use one of: ${known}.`,
      });
    }
    claim(credential.secret, `${path}.secret`, 'credential secret');
    if (credential.draft === undefined && credential.secret.startsWith('arn:')) {
      problems.push({
        path: `${path}.draft`,
        message: 'the credential secret is given by its ARN, so the draft secret must be named, too.',
      });
    }
    claim(draftSecretOf(credential), `${path}.draft`, 'draft secret');
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
    const ahead = prepareAheadProblem(credential);
    if (ahead !== undefined) problems.push({ path: `${path}.schedule.prepareAhead`, message: ahead });
    const window = credential.schedule && windowProblem(credential.schedule);
    if (window !== undefined) problems.push({ path: `${path}.schedule.window`, message: window });
  }
  return problems;
}

function prepareAheadProblem({ schedule, strategy }: CredentialConfig): string | undefined {
  if (schedule?.prepareAhead === undefined || schedule.every === undefined) return undefined;
  if (strategy.kind === 'single-user')
    return 'preparing a single user is what begins its outage, so it cannot be done ahead. Take it out, or use the strategy "alternating-users".';
  return schedule.prepareAhead < schedule.every ? undefined : 'must be shorter than "every".';
}

/** Some integrations cannot log in everywhere: better known now than when the secret is written. */
function loginUrlProblem(integration: FormatConfig, org: OrgConfig | undefined): string | undefined {
  if (org === undefined || !takesDomain(integration) || domainOf(org.loginUrl) !== undefined)
    return undefined;
  return `${noDomainProblem(integration.format)}. Use the My Domain login URL of the org, or another format.`;
}

function pathOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(file)';
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
