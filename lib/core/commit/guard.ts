import type { Configuration, Credential } from '../config/load.ts';
import { canBeSameSecret } from '../config/same-secret.ts';
import { RotationRefused } from '../errors.ts';
import type { SecretDescription, SecretStore } from '../ports/secret-store.ts';

/** Secrets Manager's event, as the rotate function hands it on. */
export interface RotationEvent {
  readonly step: string;
  /** ARN or name of the credential secret. */
  readonly secretId: string;
  /** Version id of the new credential. */
  readonly requestToken: string;
  /** Present where rotation runs under an assumed role or across accounts; passed on with every write. */
  readonly rotationToken?: string | undefined;
}

export type Step = 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
const STEPS: readonly string[] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] satisfies Step[];

export interface Admitted {
  readonly step: Step;
  readonly credential: Credential;
  readonly description: SecretDescription;
  /** The request token's version is current already: whatever is unfinished is finished, nothing else. */
  readonly alreadyCurrent: boolean;
}

/**
 * The check that every step begins with: a known step, a secret of ours with
 * rotation on, and a token that is one of its versions under `AWSPENDING`. What
 * cannot be a secret of ours is not even asked about: the function may not.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 * @throws RotationRefused; nothing was changed.
 */
export async function admit(
  secrets: SecretStore,
  configuration: Configuration,
  event: RotationEvent,
): Promise<Admitted> {
  if (!STEPS.includes(event.step)) {
    throw new RotationRefused(
      `"${event.step}" is no rotation step; known: ${STEPS.join(', ')}. Nothing was changed.`,
    );
  }
  const isForeign = [...configuration.credentials.values()].every(
    ({ secret }) => !canBeSameSecret(secret, event.secretId),
  );
  if (isForeign) throw belongsToNobody(event.secretId);
  const description = await secrets.describe(event.secretId);
  if (description === undefined) {
    throw new RotationRefused(
      `The secret "${event.secretId}" does not exist or may not be read. Nothing was changed.`,
    );
  }
  const credential = ownerOf(configuration, description);
  if (credential === undefined) throw belongsToNobody(description.name);
  if (!description.rotationEnabled) {
    throw new RotationRefused(
      `Rotation is not turned on for "${description.name}". Turn it on and rotate again. Nothing was changed.`,
    );
  }
  const labels = description.versions.get(event.requestToken);
  if (labels === undefined) {
    throw new RotationRefused(
      `The request token is no version of "${description.name}". Nothing was changed.`,
    );
  }
  const alreadyCurrent = labels.includes('AWSCURRENT');
  if (!alreadyCurrent && !labels.includes('AWSPENDING')) {
    throw new RotationRefused(
      `The version of the request token is not AWSPENDING in "${description.name}". Nothing was changed.`,
    );
  }
  return { step: event.step as Step, credential, description, alreadyCurrent };
}

function belongsToNobody(secret: string): RotationRefused {
  return new RotationRefused(
    `The secret "${secret}" belongs to no configured credential. Add it to the configuration or detach this function from it. Nothing was changed.`,
  );
}

/** The credential that a secret belongs to, whether the configuration names it or gives its ARN. */
function ownerOf(configuration: Configuration, description: SecretDescription): Credential | undefined {
  for (const credential of configuration.credentials.values()) {
    if (credential.secret === description.name || credential.secret === description.arn) return credential;
  }
  return undefined;
}
