import { randomBytes } from 'node:crypto';
import { SalesforceLogin } from '../../adapters/salesforce-login.ts';
import { combined, parseCredential } from '../../core/domain/credential-value.ts';
import { fingerprint } from '../../core/domain/version-ids.ts';
import type { ReadableLogin } from '../../core/formats/format.ts';
import { Redacted } from '../../core/redacted.ts';
import type { Consumer } from '../consumers.ts';
import type { Sandbox } from '../sandbox.ts';
import type { StrategyKind } from '../scenario.ts';

const LOGIN_API_VERSION = '64.0';

/** Where a secret stands: which version is current, and what an integration would log in with. */
export interface SecretSnapshot {
  readonly consumer: string;
  readonly versionId: string;
  readonly labels: readonly string[];
  readonly login: ReadableLogin;
}

interface IntegrationProof {
  /** With envelope delivery, the envelope and the key in it. */
  readonly secret: string;
  /** Whom the integration logs in as now. */
  readonly user: string;
  readonly versionBefore: string;
  readonly versionAfter: string;
  readonly labels: readonly string[];
  /** HMAC of password and token under a key that lives as long as this process; the same in all is one credential. */
  readonly fingerprint: string;
  readonly loginAccepted: boolean;
}

export interface Proof {
  readonly integrations: readonly IntegrationProof[];
  /** Every integration has a new version of its secret, logs in, and holds the one new credential. */
  readonly holds: boolean;
}

/** Whether the org accepts a login. */
export type LoginCheck = (login: ReadableLogin) => Promise<boolean>;

/** Logs in to the org itself; an integration without a login URL in its secret knows the org from elsewhere. */
export function loginCheck(orgUrl: string): LoginCheck {
  const login = new SalesforceLogin({ warn: () => undefined });
  return async ({ loginUrl = orgUrl, username, combinedPassword }) => {
    const way = { kind: 'soap', apiVersion: LOGIN_API_VERSION } as const;
    const request = { loginUrl, way, username, combinedPassword };
    return (await login.login(request)).kind === 'accepted';
  };
}

/** Reads what each integration gets from its secret now. */
export function takeSnapshot(sandbox: Sandbox, consumers: readonly Consumer[]): SecretSnapshot[] {
  return consumers.map((consumer) => {
    const value = sandbox.secretsManager.getSecretValue({ SecretId: consumer.secret });
    const reading = consumer.read(Redacted.of(value.SecretString ?? ''));
    if (reading.kind === 'unusable') throw new Error(`"${consumer.name}" cannot be read: ${reading.problem}`);
    return {
      consumer: consumer.name,
      versionId: value.VersionId ?? '',
      labels: value.VersionStages ?? [],
      login: reading.login,
    };
  });
}

/** What the credential secret itself logs in with. */
export function currentLogin(sandbox: Sandbox, secret: string): ReadableLogin {
  const value = sandbox.secretsManager.getSecretValue({ SecretId: secret });
  const parsed = parseCredential(Redacted.of(value.SecretString ?? ''));
  if (parsed.kind !== 'value') throw new Error(`the credential secret "${secret}" cannot be read`);
  const { username, loginUrl } = parsed.value;
  return { username, loginUrl, combinedPassword: combined(parsed.value) };
}

/** Proves a swap at the org itself: logs in with what each integration gets from its secret. */
export async function prove(
  before: readonly SecretSnapshot[],
  after: readonly SecretSnapshot[],
  strategy: StrategyKind,
  isAccepted: LoginCheck,
): Promise<Proof> {
  const key = Redacted.of(randomBytes(32).toString('hex'));
  const integrations: IntegrationProof[] = [];
  for (const [index, now] of after.entries()) {
    integrations.push({
      secret: now.consumer,
      user: now.login.username,
      versionBefore: before[index]?.versionId ?? '',
      versionAfter: now.versionId,
      labels: now.labels,
      fingerprint: fingerprint(key, now.login.combinedPassword),
      loginAccepted: await isAccepted(now.login),
    });
  }
  const one = new Set(integrations.map((each) => `${each.user} ${each.fingerprint}`)).size <= 1;
  const swapped = integrations.every(
    (each, index) =>
      each.loginAccepted &&
      each.versionBefore !== each.versionAfter &&
      (each.user === before[index]?.login.username) === (strategy === 'single-user'),
  );
  return { integrations, holds: one && swapped };
}
