import * as z from 'zod';
import { templateProblems } from '../formats/template-check.ts';
import { placeholdersIn } from '../formats/template-pattern.ts';
import { nearest } from './nearest.ts';
import { roleArn, secretId, strict } from './parts.ts';

/** Formats that need nothing but their name. */
export const FIXED_FORMATS = [
  'json',
  'simple-salesforce',
  'airflow-uri',
  'airflow-json',
  'dataloader',
  'jsforce-env',
  'mulesoft',
  'kafka-connect',
  'env',
] as const;

const TAKE_DOMAIN: readonly string[] = ['simple-salesforce', 'airflow-uri', 'airflow-json'];

const ALL_FORMATS = [...FIXED_FORMATS, 'template'];

/** Services that take no password at all, by the name people would write as the format. */
const OAUTH_ONLY = new Map([
  ['airbyte', 'Airbyte'],
  ['aws-glue', 'AWS Glue'],
  ['appflow', 'Amazon AppFlow'],
]);

const fields = z.record(z.string(), z.string()).superRefine((patterns, context) => {
  for (const { key, message } of templateProblems(patterns))
    context.addIssue({ code: 'custom', message, path: key === undefined ? [] : [key] });
});

/** Where an integration's rendering is: in a secret of its own or, with envelope delivery, under a key of the envelope. */
const place = {
  /** The secret that the integration reads; absent with envelope delivery. */
  secret: secretId.optional(),
  /** With envelope delivery, the key of the envelope's JSON object that the integration reads. */
  key: z.string().min(1).max(256).optional(),
  /**
   * The role that reaches the secret, where that is in another account.
   *
   * @default - the functions reach the secret by themselves
   */
  roleArn: roleArn.optional(),
};

/** One integration, and how the credential is written for it. */
export const integration = z.discriminatedUnion(
  'format',
  [
    strict({ ...place, format: z.enum(FIXED_FORMATS) }),
    strict({
      ...place,
      format: z.literal('template'),
      /** Key in the secret's JSON object to pattern, such as `"{password}{securityToken}"`. */
      fields,
    }),
  ],
  { error: (issue) => (issue.code === 'invalid_union' ? unknownFormat(issue.input) : undefined) },
);

/** One secret that holds the renderings of all integrations of a credential. */
export const envelope = strict({ secret: secretId, roleArn: roleArn.optional() });

export type IntegrationEntry = z.output<typeof integration>;

/** How a credential is written, wherever it stands. */
export type FormatConfig =
  | { readonly format: (typeof FIXED_FORMATS)[number] }
  | { readonly format: 'template'; readonly fields: Readonly<Record<string, string>> };

/** A secret that the swap writes: what one integration reads, or the envelope that all of them read. */
export type IntegrationConfig = {
  readonly secret: string;
  /** The role that reaches the secret, where that is in another account. */
  readonly roleArn?: string | undefined;
} & (
  | FormatConfig
  | {
      readonly format: 'envelope';
      readonly entries: readonly (FormatConfig & { readonly key: string })[];
    }
);

/** Whether the format writes a `domain` instead of the login URL. */
export function takesDomain(config: FormatConfig): boolean {
  if (config.format === 'template') return placeholdersIn(Object.values(config.fields)).has('domain');
  return TAKE_DOMAIN.includes(config.format);
}

function unknownFormat(input: unknown): string {
  const format = typeof input === 'object' && input !== null && 'format' in input ? input.format : undefined;
  const known = ALL_FORMATS.join(', ');
  if (typeof format !== 'string') return `the format is missing. Name one of: ${known}.`;
  const service = OAUTH_ONLY.get(format);
  if (service !== undefined)
    return (
      `${service} logs in to Salesforce with OAuth only, so there is no password to swap in its secret. ` +
      'Connect it through an External Client App, take it out of "integrations", and rotate the app\'s secret by hand until this service can.'
    );
  const meant = nearest(format, ALL_FORMATS);
  const hint = meant === undefined ? `Known formats: ${known}.` : `Did you mean "${meant}"?`;
  return `unknown format "${format}". ${hint}`;
}
