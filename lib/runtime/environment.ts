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
};

/** A JSON list of texts. */
const references = z.string().transform((text, context) => {
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'this is no JSON list of texts.' });
    return z.NEVER;
  }
});

const common = {
  AWS_REGION: z.string().min(1),
  /** Path of the configuration file inside the bundle. */
  ROTATION_CONFIG: z.string().default('rotation.config.json'),
  /** What the placeholders of the configuration stand for; absent where it has none. */
  ROTATION_REFERENCES: references.optional(),
  LEDGER_TABLE: z.string().min(1),
  QUEUE_URL: z.url(),
  EVENT_BUS: z.string().min(1).default('default'),
  TOPIC_ARN: z.string().min(1),
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
export const mailEnvironment = z.object(common);

export type Environment = z.output<typeof rotateEnvironment>;
export type EnvironmentSchema = z.ZodType<Environment, Record<string, string | undefined>>;

/** A variable that is missing or malformed; names it. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** @throws EnvironmentError naming each variable that is missing or malformed. */
export function readEnvironment(
  schema: EnvironmentSchema,
  variables: Readonly<Record<string, string | undefined>>,
): Environment {
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
