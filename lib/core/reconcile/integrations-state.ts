import { connectionSecrets } from '../config/connection-secrets.ts';
import type { Credential } from '../config/load.ts';
import { loginSecrets } from '../config/login-secrets.ts';
import type { IntegrationConfig } from '../config/schema.ts';
import type { CredentialValue } from '../domain/credential-value.ts';
import { type Refusal, refusals } from '../domain/refusal.ts';
import { carries, formatOf } from '../formats/registry.ts';
import { LONGEST_PASSWORD } from '../password/policy.ts';
import type { SecretRead } from '../ports/secret-store.ts';
import { Redacted } from '../redacted.ts';
import { LONGEST_TOKEN } from '../token-mail/token-shape.ts';
import type { Workbench } from './workbench.ts';

interface WrongIntegration {
  /** Its secret. */
  readonly where: string;
  readonly refusal: Refusal;
}

/**
 * Whether every integration secret can be written in its format. Tried with the
 * credential that a rollback puts back or, where the password is still to be drawn
 * or brought, with a made-up one that takes as much room as any that Salesforce
 * accepts.
 */
export async function integrationsState(
  bench: Workbench,
  current: CredentialValue,
  restored: CredentialValue | undefined,
): Promise<
  | { readonly kind: 'writable'; readonly strays: readonly string[] }
  /** One of each secret that cannot be written, in the configuration's order. */
  | { readonly kind: 'refused'; readonly wrong: readonly [WrongIntegration, ...WrongIntegration[]] }
> {
  const tried = restored ?? largestCredential(bench.credential, current);
  const strays: string[] = [];
  const found: WrongIntegration[] = [];
  const uses = await ownSecrets(bench);
  for (const integration of bench.credential.integrations) {
    const read = await bench.read(integration.secret);
    const refusal = refusalOf(integration, read, tried, uses);
    if (refusal !== undefined) found.push({ where: integration.secret, refusal });
    else if (read.kind === 'found' && !carries(integration, read.text, current))
      strays.push(integration.secret);
  }
  const [first, ...others] = found;
  return first === undefined ? { kind: 'writable', strays } : { kind: 'refused', wrong: [first, ...others] };
}

/** @param uses The secrets that are used already, by ARN; this one is added. */
function refusalOf(
  integration: IntegrationConfig,
  read: SecretRead,
  tried: CredentialValue,
  uses: Map<string, string>,
): Refusal | undefined {
  const { secret } = integration;
  if (read.kind === 'absent') return refusals.integrationSecretMissing(secret, read.problem);
  const other = uses.get(read.arn);
  if (other !== undefined) return refusals.integrationSecretUsedTwice(secret, other);
  uses.set(read.arn, secret);
  const rendering = formatOf(integration).render(read.text, tried);
  if (rendering.kind === 'unusable') return refusals.integrationSecretUnusable(secret, rendering.problem);
  return carries(integration, rendering.text, tried)
    ? undefined
    : refusals.integrationSecretUnusable(secret, 'what was written would not read back as the same login');
}

/** The service's own secrets by ARN: a name and an ARN in the configuration may mean the same secret. */
async function ownSecrets(bench: Workbench): Promise<Map<string, string>> {
  const uses = new Map<string, string>();
  const { credential } = bench;
  const own = [
    credential.secret,
    credential.draftSecret,
    ...connectionSecrets(credential),
    ...loginSecrets(credential),
  ];
  for (const secret of own) {
    const found = await bench.read(secret);
    if (found.kind === 'found') uses.set(found.arn, secret);
  }
  return uses;
}

/** A backslash is written with an escape in every format that has any. */
function largestCredential({ strategy }: Credential, current: CredentialValue): CredentialValue {
  const usernames = strategy.kind === 'alternating-users' ? strategy.usernames : [];
  const byLength = [current.username, ...usernames].sort((a, b) => b.length - a.length);
  return {
    ...current,
    username: byLength[0] ?? current.username,
    password: Redacted.of('\\'.repeat(LONGEST_PASSWORD)),
    securityToken: Redacted.of('W'.repeat(LONGEST_TOKEN)),
  };
}
