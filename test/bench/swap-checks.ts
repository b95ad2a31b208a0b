import { SecretsManagerClient, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { SANDBOX_CREDENTIALS } from '../../lib/sandbox/credentials.ts';
import type { Sandbox } from '../../lib/sandbox/sandbox.ts';
import { CREDENTIAL } from '../../lib/sandbox/scenario.ts';

/**
 * A fast swap that left something out is no measurement.
 *
 * @throws Error naming the first secret that does not hold the password and token in force, or that a label was left on.
 */
export function requireCarried(sandbox: Sandbox, integrations: readonly string[]): void {
  const { secretsManager, salesforce, configuration } = sandbox;
  const credential = configuration.credentials.get(CREDENTIAL)?.secret ?? '';
  const { username, ...held } = loginIn(sandbox, credential);
  const { password, token } = salesforce.inspect(username);
  if (held.password !== password || held.securityToken !== token?.value)
    throw new Error('the credential secret does not hold what is in force');
  for (const secret of integrations) {
    const login = loginIn(sandbox, secret);
    if (login.password !== password || login.securityToken !== token.value)
      throw new Error(`"${secret}" does not carry the new credential`);
    const labels = Object.values(
      secretsManager.describeSecret({ SecretId: secret }).VersionIdsToStages ?? {},
    );
    if (labels.flat().includes('ROTATION_STAGED')) throw new Error(`"${secret}" still has ROTATION_STAGED`);
  }
}

/** Moves `AWSCURRENT` of every secret back to the version before, one call after the other. */
export async function sweepBackSequentially(sandbox: Sandbox, secrets: readonly string[]): Promise<void> {
  const client = new SecretsManagerClient({
    region: sandbox.region,
    endpoint: sandbox.endpoints.secretsManager,
    credentials: SANDBOX_CREDENTIALS,
  });
  try {
    for (const secret of secrets) {
      const versions = sandbox.secretsManager.describeSecret({ SecretId: secret }).VersionIdsToStages ?? {};
      const under = (label: string) =>
        Object.entries(versions).find(([, labels]) => labels.includes(label))?.[0];
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secret,
          VersionStage: 'AWSCURRENT',
          RemoveFromVersionId: under('AWSCURRENT'),
          MoveToVersionId: under('AWSPREVIOUS'),
        }),
      );
    }
  } finally {
    client.destroy();
  }
}

function loginIn(
  { secretsManager }: Sandbox,
  secret: string,
): { readonly username: string; readonly password: string; readonly securityToken: string } {
  return JSON.parse(secretsManager.getSecretValue({ SecretId: secret }).SecretString ?? '{}');
}
