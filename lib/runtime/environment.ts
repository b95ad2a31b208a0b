import * as z from 'zod';

/**
 * What each function is told by its environment: one schema per function, used
 * by the function at run time and by the construct that deploys it at synth.
 */

/** Endpoint overrides of the AWS SDKs' own names; set by the sandbox, absent on AWS. */
const endpoints = {
  AWS_ENDPOINT_URL_SECRETS_MANAGER: z.url().optional(),
  AWS_ENDPOINT_URL_STS: z.url().optional(),
  AWS_ENDPOINT_URL_DYNAMODB: z.url().optional(),
  AWS_ENDPOINT_URL_SQS: z.url().optional(),
  AWS_ENDPOINT_URL_SNS: z.url().optional(),
  AWS_ENDPOINT_URL_EVENTBRIDGE: z.url().optional(),
  AWS_ENDPOINT_URL_SESV2: z.url().optional(),
};

/** Beside the services of all functions, the mails may be in a bucket. */
const mailEndpoints = { AWS_ENDPOINT_URL_S3: z.url().optional() };

/** A JSON list of texts. */
const references = z.string().transform((text, context) => {
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'this is no JSON list of texts.' });
    return z.NEVER;
  }
});

const everywhere = {
  AWS_REGION: z.string().min(1),
  /** Path of the configuration file inside the bundle. */
  ROTATION_CONFIG: z.string().default('rotation.config.json'),
  /** What the placeholders of the configuration stand for; absent where it has none. */
  ROTATION_REFERENCES: references.optional(),
  LEDGER_TABLE: z.string().min(1),
};

/** What the functions that rotate have in common. */
const common = {
  ...everywhere,
  QUEUE_URL: z.url(),
  EVENT_BUS: z.string().min(1).default('default'),
  TOPIC_ARN: z.string().min(1),
  /** Base URL of the prompt page; absent where there is none, and then messages carry no link. */
  PROMPT_URL: z.url().optional(),
  ...endpoints,
};

/**
 * What the AWS SDK reads by itself. A write that stays throttled through the
 * default three attempts would make the commit of many secrets begin anew, while
 * the integrations wait; with eight it goes through where others use half the
 * quota.
 */
export const SDK_ENVIRONMENT = { AWS_MAX_ATTEMPTS: '8' } as const;

export const rotateEnvironment = z.object(common);
export const advanceEnvironment = z.object(common);
export const watchEnvironment = z.object(common);
export const mailEnvironment = z.object({
  ...common,
  ...mailEndpoints,
  /** Where the receipt rule stores mails; absent where they come in the message. */
  MAIL_BUCKET: z.string().min(1).optional(),
});

export type MailEnvironment = z.output<typeof mailEnvironment>;

export type Environment = z.output<typeof rotateEnvironment>;

/** The widget only reads the ledger; its buttons call the watch function. */
export const widgetEnvironment = z.object({
  ...everywhere,
  WATCH_FUNCTION_ARN: z.string().min(1),
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.AWS_ENDPOINT_URL_DYNAMODB,
});

export type WidgetEnvironment = z.output<typeof widgetEnvironment>;

/** The prompt page reads the ledger and counts in it; everything else it asks of the function that takes commands. */
export const intakeEnvironment = z.object({
  ...everywhere,
  /** Name of the function that carries out commands. */
  COMMAND_FUNCTION: z.string().min(1),
  /** The path under which the page is on its domain, such as `/rotation`; empty at the root. */
  BASE_PATH: z
    .string()
    .regex(/^(?:\/[A-Za-z0-9._~-]+)*$/, 'this is no path such as "/rotation", or empty.')
    .default(''),
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.AWS_ENDPOINT_URL_DYNAMODB,
  AWS_ENDPOINT_URL_LAMBDA: z.url().optional(),
});

export type IntakeEnvironment = z.output<typeof intakeEnvironment>;

export type EnvironmentSchema<Output = Environment> = z.ZodType<Output, Record<string, string | undefined>>;

/** A variable that is missing or malformed; names it. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** @throws EnvironmentError naming each variable that is missing or malformed. */
export function readEnvironment<Output>(
  schema: EnvironmentSchema<Output>,
  variables: Readonly<Record<string, string | undefined>>,
): Output {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new EnvironmentError(`The function's environment is incomplete. ${problems.join('; ')}`);
}

/**
 * The metrics that alarms and dashboard read. Each look of the watch puts one
 * value for all credentials together, so that a hundred of them need one alarm.
 */
export const WATCH_METRICS = {
  namespace: 'SalesforceCredentialRotation',
  /** Percent: the oldest password's age, of what its schedule allows. */
  passwordAge: 'PasswordAgeOfLimit',
  /** Seconds: how long the rotation that waits longest for a token or a person has waited. */
  longestWait: 'LongestWait',
  /** Count: the login attempts that the service may still make, for the user with the fewest. */
  attemptsLeft: 'AttemptsLeft',
} as const;
