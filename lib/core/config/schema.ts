import * as z from 'zod';
import { duration } from './duration-field.ts';
import { envelope, integration } from './integration.ts';
import { secretId, strict } from './parts.ts';
import { schedule } from './schedule.ts';

/**
 * The configuration file: one schema for synth and run time, from which the
 * published JSON Schema is generated. Durations are written as text ("30 days",
 * "4h") and leave this module as seconds.
 */

const loginUrl = z
  .url('this is no URL. Write for example "https://acme.my.salesforce.com".')
  .transform((url, context) => {
    const parsed = new URL(url);
    const loopback =
      parsed.hostname === '127.0.0.1' || parsed.hostname === 'localhost' || parsed.hostname === '[::1]';
    if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && loopback)) {
      context.addIssue({
        code: 'custom',
        message: 'the login URL must use https (http is for loopback only).',
      });
    }
    return url.replace(/\/+$/, '');
  });

const connection = z.discriminatedUnion(
  'kind',
  [strict({ kind: z.literal('client-credentials'), secret: secretId })],
  {
    error: () => 'the kind of connection must be "client-credentials" (others come with a later version).',
  },
);

const org = strict({ loginUrl, connection });

const NEVER = 0;

/** As a duration, or 0 (also `"0"`) for never. */
const durationOrNever = z.union([z.literal(0), z.literal('0').transform(() => NEVER), duration], {
  error: () => 'this is no duration. Write for example "24h", or 0 for never.',
});

const username = z
  .string()
  .regex(/^[^\s@]+@[^\s@]+$/, 'this is no Salesforce username; it looks like an e-mail address.');

const strategy = z.discriminatedUnion(
  'kind',
  [
    strict({ kind: z.literal('single-user') }),
    strict({
      kind: z.literal('alternating-users'),
      /** The two users that take turns. */
      usernames: z
        .array(username)
        .length(2, { error: 'name exactly two users, which take turns.', abort: true })
        .refine(
          ([first, second]) => first?.toLowerCase() !== second?.toLowerCase(),
          'this names the same user twice. Salesforce usernames do not tell capitals apart; name two users.',
        )
        .transform((names) => names as unknown as readonly [string, string]),
      /** How long after a swap the old user's password is replaced by one that nobody holds. */
      retireAfter: durationOrNever.default(86_400),
    }),
  ],
  { error: () => 'the kind of strategy must be "single-user" or "alternating-users".' },
);

const tokenSource = z.enum(['unchanged', 'mailbox', 'operator'], {
  error: () => 'a token source is one of "unchanged", "mailbox", "operator".',
});

const complexity = z.enum([
  'no-restriction',
  'alpha-numeric',
  'special-characters',
  'upper-lower-numeric',
  'upper-lower-numeric-special',
  'any-3',
]);

const credential = strict({
  /** The kind of credential. External Client App keys will be a second kind. */
  kind: z.literal('password').default('password'),
  org: z.string(),
  secret: secretId,
  draft: secretId.optional(),
  strategy: strategy.default({ kind: 'single-user' }),
  schedule: schedule.optional(),
  token: strict({
    sources: z.array(tokenSource).min(1, 'name at least one token source.').default(['unchanged', 'mailbox']),
    remindAfter: z.array(duration).default([3_600, 14_400, 86_400]),
    allowedSenderDomains: z.array(z.string().min(3)).default(['salesforce.com']),
    prove: z.boolean().default(false),
  }).prefault({}),
  lockout: strict({
    threshold: z.number().int().min(3).max(10).default(10),
    maxAttempts: z.number().int().min(1).default(3),
    forgetAfter: duration.default(3_600),
  }).prefault({}),
  password: strict({
    length: z.number().int().min(8).max(50).default(32),
    complexity: complexity.default('upper-lower-numeric-special'),
  }).prefault({}),
  login: strict({
    kind: z.literal('soap').default('soap'),
    apiVersion: z
      .string()
      .regex(/^\d{2}\.0$/, { error: 'the API version looks like "64.0".', abort: true })
      .refine(
        (version) => Number(version) >= 31 && Number(version) <= 64,
        'login() exists in API versions 31.0 to 64.0 only.',
      )
      .default('64.0'),
  }).prefault({}),
  onOutsideChange: z.enum(['prompt', 'take-over', 'alert']).default('prompt'),
  /** `separate`: a secret per integration. `envelope`: one secret for all, swapped by one move of a label. */
  delivery: z.enum(['separate', 'envelope']).default('separate'),
  envelope: envelope.optional(),
  /** Integration secrets that carry another credential than the current one, because somebody put an old version back. */
  drift: strict({
    checkEvery: duration.default(3_600),
    /** Whether they are brought to the current credential, or only reported. */
    bringForward: z.boolean().default(true),
  }).prefault({}),
  integrations: z.array(integration).default([]),
});

/** The whole file. Cross-field rules are in `check.ts`. */
export const configurationFile = strict({
  $schema: z.string().optional(),
  orgs: z.record(z.string(), org),
  credentials: z.record(
    z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9-]{0,62}$/,
        'a name of a credential has lower-case letters, digits and hyphens.',
      ),
    credential,
  ),
});

export type ConfigurationFile = z.output<typeof configurationFile>;
export type ConfigurationInput = z.input<typeof configurationFile>;
export type OrgConfig = z.output<typeof org>;
export type CredentialConfig = z.output<typeof credential>;
export type TokenSource = z.output<typeof tokenSource>;
export type { IntegrationConfig } from './integration.ts';
