import * as z from 'zod';
import { duration } from './duration-field.ts';
import { envelope, integration } from './integration.ts';
import { mailbox, senderDomain } from './mailbox.ts';
import { entryName, secretId, strict } from './parts.ts';
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
  [
    strict({
      /** The app runs as the user that it names in Salesforce. */
      kind: z.literal('client-credentials'),
      /** Holds `clientId` and `clientSecret`. */
      secret: secretId,
    }),
    strict({
      /** The service names the run-as user in an assertion that it signs. */
      kind: z.literal('jwt-bearer'),
      /** Holds `clientId`, `username` and `privateKey` (RSA, in PEM). */
      secret: secretId,
      /**
       * Whom assertions are for.
       *
       * @default - `https://test.salesforce.com` where the login URL is a sandbox's, else `https://login.salesforce.com`
       */
      audience: z
        .url('this is no URL. Write for example "https://login.salesforce.com".')
        .transform((url) => url.replace(/\/+$/, ''))
        .optional(),
    }),
    strict({
      /**
       * No administrator: the service changes a password in a session of the user
       * itself, which it opens with the credential.
       */
      kind: z.literal('self'),
    }),
  ],
  { error: () => 'the kind of connection must be "client-credentials", "jwt-bearer" or "self".' },
);

const org = strict({
  /** Where its users log in: its My Domain, or `https://login.salesforce.com`. By https. */
  loginUrl,
  /** How the service itself gets into the org. */
  connection,
});

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
      /** The two users that take turns. They need the same permissions in Salesforce. */
      usernames: z
        .array(username)
        .length(2, { error: 'name exactly two users, which take turns.', abort: true })
        .refine(
          ([first, second]) => first?.toLowerCase() !== second?.toLowerCase(),
          'this names the same user twice. Salesforce usernames do not tell capitals apart; name two users.',
        )
        .transform((names) => names as unknown as readonly [string, string]),
      /**
       * How long after a swap the old user's password is replaced by one that nobody
       * holds; 0 for never.
       *
       * @default "24h"
       */
      retireAfter: durationOrNever.default(86_400),
    }),
  ],
  { error: () => 'the kind of strategy must be "single-user" or "alternating-users".' },
);

const mailAddress = z
  .string()
  .regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/, 'this is no mail address. Write for example "owner@acme.com".');

const mailAddresses = z.array(mailAddress).max(50, 'name at most 50 mail addresses.');

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

const login = z.discriminatedUnion(
  'kind',
  [
    strict({
      /**
       * By SOAP `login()`.
       *
       * @default "soap"
       */
      kind: z.literal('soap').optional().default('soap'),
      /**
       * From "31.0" to "64.0", the last version with `login()`.
       *
       * @default "64.0"
       */
      apiVersion: z
        .string()
        .regex(/^\d{2}\.0$/, { error: 'the API version looks like "64.0".', abort: true })
        .refine(
          (version) => Number(version) >= 31 && Number(version) <= 64,
          'login() exists in API versions 31.0 to 64.0 only.',
        )
        .default('64.0'),
    }),
    strict({
      /** By the OAuth username-password flow. */
      kind: z.literal('oauth-password'),
      /**
       * Holds `clientId` and `clientSecret` of the app by which the integrations log
       * in. Credentials may share it, and it may be a connection's secret.
       */
      secret: secretId,
    }),
  ],
  { error: () => 'the kind of login must be "soap" or "oauth-password".' },
);

const credential = strict({
  /**
   * The kind of credential. External Client App keys will be a second kind.
   *
   * @default "password"
   */
  kind: z.literal('password').default('password'),
  /** Name of the org that its user is in. */
  org: z.string(),
  /** Holds `username`, `password`, `securityToken` and `loginUrl`. */
  secret: secretId,
  /**
   * Holds a new password on its way.
   *
   * @default - the credential secret's name with `/draft` behind it
   */
  draft: secretId.optional(),
  /**
   * One user, whose integrations are out from the change of the password until the
   * swap, or two that take turns.
   *
   * @default { kind: 'single-user' }
   */
  strategy: strategy.default({ kind: 'single-user' }),
  /**
   * When it is rotated.
   *
   * @default - on demand only
   */
  schedule: schedule.optional(),
  /** Where the security token comes from after a change of the password. */
  token: strict({
    /**
     * What is tried, at least one: the old token (`unchanged`), the mail of
     * Salesforce (`mailbox`), a person (`operator`).
     *
     * @default ["unchanged", "mailbox"]
     */
    sources: z.array(tokenSource).min(1, 'name at least one token source.').default(['unchanged', 'mailbox']),
    /**
     * After how long people are reminded that a token is missing.
     *
     * @default ["1h", "4h", "24h"]
     */
    remindAfter: z.array(duration).default([3_600, 14_400, 86_400]),
    /** The one of `mailboxes` at which the mails arrive; by default SES receives them. */
    mailbox: z.string().optional(),
    /**
     * From which domains a mail with a token may come.
     *
     * @default ["salesforce.com"]
     */
    allowedSenderDomains: z
      .array(senderDomain)
      .min(1, 'name at least one domain.')
      .default(['salesforce.com']),
    /** Whether SPF must pass beside DKIM and DMARC; a forward that keeps the sender breaks it. */
    requireSpf: z.boolean().default(true),
    /**
     * Whether one more login, with the password alone, shows that Salesforce asks for
     * the token where the service runs. It costs an attempt.
     *
     * @default false
     */
    prove: z.boolean().default(false),
  }).prefault({}),
  /** How many logins may fail. */
  lockout: strict({
    /**
     * After how many failed logins the org locks a user, from 3 to 10.
     *
     * @default 10
     */
    threshold: z.number().int().min(3).max(10).default(10),
    /**
     * How many failed logins the service may cause, from 1 to one less than the threshold.
     *
     * @default 3
     */
    maxAttempts: z.number().int().min(1).default(3),
    /**
     * After how long `resume` gives spent attempts back; the org's lockout interval or longer.
     *
     * @default "1h"
     */
    forgetAfter: duration.default(3_600),
    /**
     * Whether the service may end a lockout of the user: once in a rotation, and only
     * while a token is waited for.
     *
     * @default false
     */
    unlock: z.boolean().default(false),
  }).prefault({}),
  /** How people are asked for what only they can bring. */
  prompt: strict({
    /**
     * How long a link to the page works; each message has its own.
     *
     * @default "24h"
     */
    expiresAfter: duration.default(86_400),
    /**
     * In which language people are told.
     *
     * @default "en"
     */
    language: z.enum(['en', 'ja'], { error: () => 'a language is one of "en", "ja".' }).default('en'),
    /**
     * Mails beside the topic.
     *
     * @default - the topic only
     */
    mail: strict({
      /** An address that SES may send from. */
      from: mailAddress,
      /** At least one, and at most 50. */
      to: mailAddresses.min(1, 'name at least one mail address.'),
    }).optional(),
    /**
     * Who is told when nobody has answered for long.
     *
     * @default - nobody else
     */
    escalate: strict({
      /** Counted from the moment at which the waiting began. */
      after: duration,
      /**
       * Who gets a mail beside those who get the others.
       *
       * @default []
       */
      to: mailAddresses.default([]),
    }).optional(),
  }).prefault({}),
  /** What the org's password policy asks for. */
  password: strict({
    /**
     * Characters, from 8 to 50.
     *
     * @default 32
     */
    length: z.number().int().min(8).max(50).default(32),
    /** @default "upper-lower-numeric-special" */
    complexity: complexity.default('upper-lower-numeric-special'),
  }).prefault({}),
  /** How the integrations log in, and so how a credential is proved. */
  login: login.prefault({}),
  /**
   * What follows when somebody else has changed the password: `prompt` asks people
   * for it and its token; `take-over` sets another one at once, for which only a
   * token is needed; `alert` tells people, and no more.
   *
   * @default "prompt"
   */
  onOutsideChange: z.enum(['prompt', 'take-over', 'alert']).default('prompt'),
  /**
   * How often a login shows that the credential still works, or 0 for never. It is
   * left out where the org's records show one that was accepted.
   *
   * @default "24h"
   */
  heartbeat: durationOrNever.default(86_400),
  /** Clients that go on logging in with a credential which a swap has replaced. */
  stragglers: strict({
    /**
     * They are looked for until none has been seen for so long; 0 for not at all.
     *
     * @default "24h"
     */
    convergedAfter: durationOrNever.default(86_400),
    /**
     * How long after a swap a client may go on with what it has in its cache.
     *
     * @default "15m"
     */
    grace: duration.default(900),
  }).prefault({}),
  /**
   * `separate`: a secret per integration. `envelope`: one secret for all, swapped by
   * one move of a label.
   *
   * @default "separate"
   */
  delivery: z.enum(['separate', 'envelope']).default('separate'),
  /**
   * The one secret of `envelope` delivery.
   *
   * @default - none
   */
  envelope: envelope.optional(),
  /** Integration secrets that carry another credential than the current one, because somebody put an old version back. */
  drift: strict({
    /**
     * How often they are compared.
     *
     * @default "1h"
     */
    checkEvery: duration.default(3_600),
    /**
     * Whether they are brought to the current credential, or only reported.
     *
     * @default true
     */
    bringForward: z.boolean().default(true),
  }).prefault({}),
  /**
   * Everything that logs in with it.
   *
   * @default - none
   */
  integrations: z.array(integration).default([]),
});

/** The whole file. Cross-field rules are in `load.ts`. */
export const configurationFile = strict({
  $schema: z.string().optional(),
  orgs: z.record(entryName('an org'), org),
  credentials: z.record(entryName('a credential'), credential),
  /** Where mails with tokens arrive, for those that SES does not receive. */
  mailboxes: z.record(entryName('a mailbox'), mailbox).default({}),
});

export type ConfigurationFile = z.output<typeof configurationFile>;
export type ConfigurationInput = z.input<typeof configurationFile>;
export type OrgConfig = z.output<typeof org>;
export type CredentialConfig = z.output<typeof credential>;
export type TokenSource = z.output<typeof tokenSource>;
export type { IntegrationConfig } from './integration.ts';
export type { MailboxConfig } from './mailbox.ts';
