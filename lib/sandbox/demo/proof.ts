import { randomBytes } from 'node:crypto';
import { SalesforceLogin } from '../../adapters/salesforce-login.ts';
import type { IntegrationConfig } from '../../core/config/schema.ts';
import { fingerprint } from '../../core/domain/version-ids.ts';
import type { ReadableLogin } from '../../core/formats/format.ts';
import { formatOf } from '../../core/formats/registry.ts';
import { Redacted } from '../../core/redacted.ts';
import type { Sandbox } from '../sandbox.ts';

const LOGIN_API_VERSION = '64.0';

/** Where a secret stands: which version is current, and what an integration would log in with. */
export interface SecretSnapshot {
  readonly integration: IntegrationConfig;
  readonly versionId: string;
  readonly labels: readonly string[];
  readonly login: ReadableLogin;
}

interface IntegrationProof {
  readonly secret: string;
  readonly versionBefore: string;
  readonly versionAfter: string;
  readonly labels: readonly string[];
  /** HMAC of password and token under a key that lives as long as this process; the same in all is one credential. */
  readonly fingerprint: string;
  readonly loginAccepted: boolean;
}

export interface Proof {
  readonly integrations: readonly IntegrationProof[];
  readonly oldCredentialRefused: boolean;
  /** Every integration secret has a new version, logs in, and holds the one new credential. */
  readonly holds: boolean;
}

/** Reads what each integration secret holds now, as the integration would. */
export function takeSnapshot(sandbox: Sandbox, integrations: readonly IntegrationConfig[]): SecretSnapshot[] {
  return integrations.map((integration) => {
    const value = sandbox.secretsManager.getSecretValue({ SecretId: integration.secret });
    const reading = formatOf(integration).parse(Redacted.of(value.SecretString ?? ''));
    if (reading.kind === 'unusable')
      throw new Error(`"${integration.secret}" cannot be read: ${reading.problem}`);
    return {
      integration,
      versionId: value.VersionId ?? '',
      labels: value.VersionStages ?? [],
      login: reading.login,
    };
  });
}

/**
 * Proves a rotation at the org itself: logs in with what each integration
 * secret holds, and shows that what it held before is refused.
 */
export async function prove(
  before: readonly SecretSnapshot[],
  after: readonly SecretSnapshot[],
  oldLogin: ReadableLogin,
): Promise<Proof> {
  const key = Redacted.of(randomBytes(32).toString('hex'));
  const login = new SalesforceLogin({ warn: () => undefined });
  const isAccepted = async ({ loginUrl, username, combinedPassword }: ReadableLogin): Promise<boolean> => {
    const outcome = await login.login({
      // An integration that knows the login URL from elsewhere logs in where the credential does.
      loginUrl: loginUrl ?? oldLogin.loginUrl ?? '',
      apiVersion: LOGIN_API_VERSION,
      username,
      combinedPassword,
    });
    return outcome.kind === 'accepted';
  };
  const integrations: IntegrationProof[] = [];
  for (const [index, now] of after.entries()) {
    integrations.push({
      secret: now.integration.secret,
      versionBefore: before[index]?.versionId ?? '',
      versionAfter: now.versionId,
      labels: now.labels,
      fingerprint: fingerprint(key, now.login.combinedPassword),
      loginAccepted: await isAccepted(now.login),
    });
  }
  const oldCredentialRefused = !(await isAccepted(oldLogin));
  const one = new Set(integrations.map((integration) => integration.fingerprint)).size <= 1;
  const swapped = integrations.every(
    (each) => each.loginAccepted && each.versionBefore !== each.versionAfter,
  );
  return { integrations, oldCredentialRefused, holds: one && swapped && oldCredentialRefused };
}
