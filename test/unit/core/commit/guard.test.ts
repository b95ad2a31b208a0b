import { expect, test } from '@jest/globals';
import { admit } from '../../../../lib/core/commit/guard.ts';
import type { SecretDescription } from '../../../../lib/core/ports/secret-store.ts';
import { billingConfiguration } from '../../../support/billing.ts';
import { MemorySecretStore } from '../../../support/fakes/memory-secret-store.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:';
const SECRET = 'salesforce/prod/billing';
const CONFIGURATION = billingConfiguration();

/** A Secrets Manager that has one secret, by whatever id one asks for it. */
function storeOf(name: string): MemorySecretStore {
  const found: SecretDescription = {
    arn: `${ARN}${name}-123456`,
    name,
    rotationEnabled: true,
    versions: new Map([['token', ['AWSPENDING']]]),
  };
  return Object.assign(new MemorySecretStore(), { describe: async () => found });
}

const admitted = (secretId: string, name: string) =>
  admit(storeOf(name), CONFIGURATION, { step: 'createSecret', secretId, requestToken: 'token' });

test.each([SECRET, `${ARN}${SECRET}-123456`])("the credential's own secret is admitted as %s", async (id) => {
  expect(await admitted(id, SECRET)).toMatchObject({
    credential: CONFIGURATION.credentials.get('billing'),
    alreadyCurrent: false,
  });
});

test('a secret whose id reads like that of the credential, and which Secrets Manager knows as another, is refused', async () => {
  const name = `${SECRET}-AbCdEf`;
  await expect(admitted(`${ARN}${name}`, name)).rejects.toThrow(
    `The secret "${name}" belongs to no configured credential.`,
  );
});
