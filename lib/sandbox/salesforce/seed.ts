import { z } from 'zod';
import { passwordPolicy, type SettingsChange } from './settings.ts';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM');
const address = z.union([z.ipv4(), z.ipv6()]);

/** What a profile and its permission sets allow. */
const permissions = z.strictObject({
  apiEnabled: z.boolean(),
  useAnyApiAuth: z.boolean(),
  /** Reset User Passwords and Unlock Users; with it also all rows of LoginHistory (Manage Users). */
  manageUsers: z.boolean(),
  /** API Only User: no user interface, so no page to reset a token on. */
  apiOnly: z.boolean(),
  passwordNeverExpires: z.boolean(),
});

const seedUser = z.strictObject({
  /** 15 or 18 characters from `005`; made up when absent. */
  id: z
    .string()
    .regex(/^005[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/)
    .optional(),
  username: z.email(),
  password: z.string().min(1),
  /** Absent: the user never asked for a token and has none. Real ones are letters and digits; any text is taken. */
  securityToken: z.string().min(1).optional(),
  /** Where token mails go; the username when absent. */
  email: z.email().optional(),
  firstName: z.string().optional(),
  lastName: z.string().min(1).optional(),
  permissions: permissions.partial().optional(),
  /** Profile Login IP Ranges. Empty: no restriction. */
  loginIpRanges: z.array(z.strictObject({ start: address, end: address })).optional(),
  /** Profile login hours in UTC, `from` inclusive, `to` exclusive; absent: any time. */
  loginHours: z.strictObject({ from: time, to: time }).optional(),
  /** The profile's own password policy, over the org's. */
  policy: passwordPolicy.partial().optional(),
  isActive: z.boolean().optional(),
  isFrozen: z.boolean().optional(),
  /** ISO 8601; the time of the first start when absent. */
  lastPasswordChangeDate: z.iso.datetime().optional(),
});

const connectedApp = z.strictObject({
  clientId: z.string().min(1),
  name: z.string().optional(),
  clientSecret: z.string().min(1).optional(),
  /** Username that the client credentials flow runs as; without one the flow is refused. */
  runAs: z.string().optional(),
  /** PEM of the public key or certificate that JWT bearer assertions are checked with. */
  publicKeyPem: z.string().optional(),
  /** Usernames approved for the JWT bearer flow; absent: all users are. */
  approvedUsers: z.array(z.string()).optional(),
});

export const seedSchema = z.strictObject({
  organizationId: z.string().regex(/^00D[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/),
  settings: z.record(z.string(), z.unknown()).optional(),
  users: z.array(seedUser),
  connectedApps: z.array(connectedApp).optional(),
});

export type Permissions = z.infer<typeof permissions>;
export type LoginHours = { readonly from: string; readonly to: string };
export type SeedUser = z.infer<typeof seedUser>;
export type ConnectedApp = z.infer<typeof connectedApp>;

/** An org as it is before its first start. Later starts read the journal instead. */
export interface SalesforceSeed {
  readonly organizationId: string;
  readonly settings?: SettingsChange;
  readonly users: readonly SeedUser[];
  readonly connectedApps?: readonly ConnectedApp[];
}
