import { z } from 'zod';

const address = z.union([z.ipv4(), z.ipv6()]);

const ipRange = z.strictObject({
  /** First address of the range, inclusive. */
  start: address,
  /** Last address of the range, inclusive. */
  end: address,
});

/** Password policy of an org, or the part of it that a profile overrides (facts: Policy). */
export const passwordPolicy = z.strictObject({
  /** Characters, 5 to 50. */
  minimumLength: z.int().min(5).max(50),
  complexity: z.enum([
    'NoRestriction',
    'AlphaNumeric',
    'SpecialCharacters',
    'UpperLowerCaseNumeric',
    'UpperLowerCaseNumericSpecialCharacters',
    'Any3UpperLowerCaseNumericSpecialCharacters',
  ]),
  /** Days until a password expires; `null` means never. */
  expiresAfterDays: z.union([z.literal([30, 60, 90, 180, 365]), z.null()]),
  /** How many passwords, the current one among them, may not be used again; 0 to 24, 0 means any may. */
  history: z.int().min(0).max(24),
  /** Failed logins until the user is locked; `null` means no limit. */
  lockoutAfter: z.union([z.literal([3, 5, 10]), z.null()]),
  /** Minutes that a lock lasts, or `forever`: until an administrator unlocks. */
  lockoutMinutes: z.union([z.literal([15, 30, 60]), z.literal('forever')]),
  /** Whether a password must live a day before it may change, whoever changes it. */
  minimumLifetimeOneDay: z.boolean(),
});

const settingsSchema = z.strictObject({
  organizationName: z.string().min(1),
  isSandbox: z.boolean(),
  policy: passwordPolicy,
  /** Addresses from which a login needs no security token. */
  trustedIpRanges: z.array(ipRange),
  /** The whole API of the org. Off: API_DISABLED_FOR_ORG. */
  apiEnabled: z.boolean(),
  /** SOAP `login()`; off by default in orgs created since Winter '26. */
  soapLoginEnabled: z.boolean(),
  /** OAuth username-password flow; blocked by default since Summer '23. */
  oauthPasswordFlowEnabled: z.boolean(),
  /** Whether SOAP `login()` needs the permission Use Any API Auth (new orgs since Summer '26). */
  requireUseAnyApiAuth: z.boolean(),
  /** "Allow use of setPassword() API for self-resets". */
  allowSetPasswordForSelf: z.boolean(),
  /** What REST says where a user may not set the own password. */
  selfSetRefusalInRest: z.enum(['INSUFFICIENT_ACCESS', 'NOT_FOUND']),
  /** What a password set through an API does to the security token (contested). */
  onApiPasswordSet: z.enum(['keep-token', 'reset-and-mail', 'reset-without-mail']),
  /** Whether setting a locked user's password through an API also unlocks the user (unknown). */
  passwordSetUnlocks: z.boolean(),
  /** Whether a changed password ends the user's sessions. Existing sessions may outlive a change. */
  passwordSetEndsSessions: z.boolean(),
  /** Milliseconds until a new token works; the old one is dead at once. Reported up to 15 minutes. */
  tokenActivationDelayMs: z.int().min(0),
  /**
   * What a login from a trusted address makes of text after the password.
   * `ignored`: any token-shaped suffix passes, so the login proves no token.
   * `checked`: only the working token passes. `refused`: the password must stand alone.
   */
  trustedSuffix: z.enum(['ignored', 'checked', 'refused']),
  /** Logins per user in any hour; more are blocked. */
  loginsPerHour: z.int().min(1),
  /** REST and SOAP calls of the org per UTC day; more get REQUEST_LIMIT_EXCEEDED. */
  apiCallsPerDay: z.int().min(1),
  /** Minutes without a call until a session ends. */
  sessionTimeoutMinutes: z.int().min(1),
  /** How a SOAP fault names its code: `sf:CODE`, `ns1:CODE` or `CODE`. */
  faultCodePrefix: z.enum(['sf', 'ns1', 'bare']),
  /** Milliseconds between a token's reset and its mail. */
  mailDelayMs: z.int().min(0),
  mailFrom: z.email(),
  mailLanguage: z.enum(['en', 'ja']),
  mailEncoding: z.enum(['plain', 'quoted-printable', 'base64', 'multipart', 'html-only']),
  /** `current`: "Your new Salesforce security token"; `older`: "salesforce.com security token confirmation". */
  mailSubject: z.enum(['current', 'older']),
  /** Send every mail twice, as a repeated delivery does. */
  duplicateMails: z.boolean(),
});

export type IpRange = z.infer<typeof ipRange>;
export type PasswordPolicy = z.infer<typeof passwordPolicy>;
export type SalesforceSettings = z.infer<typeof settingsSchema>;

/** Any part of the settings; of the policy, too. */
export type SettingsChange = Partial<Omit<SalesforceSettings, 'policy'>> & {
  readonly policy?: Partial<PasswordPolicy>;
};

/** A production org that still permits SOAP `login()`; Salesforce's defaults where the facts name them. */
export const DEFAULT_SETTINGS: SalesforceSettings = {
  organizationName: 'Sandbox Stand-in',
  isSandbox: false,
  policy: {
    minimumLength: 8,
    complexity: 'AlphaNumeric',
    expiresAfterDays: 90,
    history: 3,
    lockoutAfter: 10,
    lockoutMinutes: 15,
    minimumLifetimeOneDay: false,
  },
  trustedIpRanges: [],
  apiEnabled: true,
  soapLoginEnabled: true,
  oauthPasswordFlowEnabled: false,
  requireUseAnyApiAuth: false,
  allowSetPasswordForSelf: false,
  selfSetRefusalInRest: 'INSUFFICIENT_ACCESS',
  onApiPasswordSet: 'reset-and-mail',
  passwordSetUnlocks: false,
  passwordSetEndsSessions: false,
  tokenActivationDelayMs: 0,
  trustedSuffix: 'ignored',
  loginsPerHour: 3600,
  apiCallsPerDay: 100_000,
  sessionTimeoutMinutes: 120,
  faultCodePrefix: 'sf',
  mailDelayMs: 0,
  mailFrom: 'support@salesforce.com',
  mailLanguage: 'en',
  mailEncoding: 'plain',
  mailSubject: 'current',
  duplicateMails: false,
};

/** Merges a change and checks the whole: an unknown key or a bad value throws and changes nothing. */
export function changedSettings(current: SalesforceSettings, change: SettingsChange): SalesforceSettings {
  return settingsSchema.parse({ ...current, ...change, policy: { ...current.policy, ...change.policy } });
}
