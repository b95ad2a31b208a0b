import { Connection } from 'jsforce';
import type { Surroundings } from './surroundings.ts';
import {
  CONNECTION_SECRET,
  CREDENTIAL_SECRET,
  DRAFT_SECRET,
  INTEGRATIONS,
  type Login,
  USERNAME,
} from './world.ts';

/** Every secret from before the first deployment. */
export const SEEDED: readonly string[] = [
  CONNECTION_SECRET,
  CREDENTIAL_SECRET,
  ...INTEGRATIONS.map(({ secret }) => secret),
];

/** From after it. */
export const ALL_SECRETS: readonly string[] = [...SEEDED, DRAFT_SECRET];

/** What a deployment must leave as it is: versions and labels of the secrets, and the password's date. */
export function standing({ org, secretsManager }: Surroundings, secrets: readonly string[]): unknown {
  return {
    passwordChangedAt: org.inspect(USERNAME).lastPasswordChangeDate,
    versions: secrets.map((SecretId) => [
      SecretId,
      secretsManager.describeSecret({ SecretId }).VersionIdsToStages,
    ]),
  };
}

export function currentText({ secretsManager }: Surroundings, secret: string): string {
  return secretsManager.getSecretValue({ SecretId: secret }).SecretString ?? '';
}

/** The labels on all versions of a secret. */
export function labelsOf({ secretsManager }: Surroundings, secret: string): readonly string[] {
  const { VersionIdsToStages = {} } = secretsManager.describeSecret({ SecretId: secret });
  return Object.values(VersionIdsToStages).flat().sort();
}

/** Logs in by SOAP with an unmodified jsforce: `accepted`, or Salesforce's code. */
export async function logIn({ loginUrl, username, combinedPassword }: Login): Promise<string> {
  const connection = new Connection({ loginUrl, version: '64.0', logLevel: 'FATAL' });
  try {
    await connection.login(username, combinedPassword);
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? (error.message.split(':')[0] ?? '') : String(error);
  }
}
