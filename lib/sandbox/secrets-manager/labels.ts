import { SecretsManagerException } from './exceptions.ts';
import { CURRENT, holderOf, PREVIOUS, type Secret, type Version } from './secret.ts';

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MAX_LABELS_PER_SECRET = 20;

/**
 * Moves a label to a version, which must exist. A label is on one version at a
 * time, and `AWSPREVIOUS` follows to the version that `AWSCURRENT` left.
 *
 * @throws LimitExceededException when the secret would carry more than 20 labels.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export function withLabel(secret: Secret, label: string, versionId: string): Secret {
  const holder = holderOf(secret, label);
  if (holder?.id === versionId) return secret;
  const moved = attach(detach(secret, label), label, versionId);
  const followed = label === CURRENT && holder ? attach(detach(moved, PREVIOUS), PREVIOUS, holder.id) : moved;
  return withinLabelQuota(dropEmpty(followed));
}

/** Takes a label off whatever version has it. */
export function withoutLabel(secret: Secret, label: string): Secret {
  return dropEmpty(detach(secret, label));
}

function attach(secret: Secret, label: string, versionId: string): Secret {
  return mapVersions(secret, (version) =>
    version.id === versionId ? { ...version, labels: [...version.labels, label] } : version,
  );
}

function detach(secret: Secret, label: string): Secret {
  return mapVersions(secret, (version) =>
    version.labels.includes(label)
      ? { ...version, labels: version.labels.filter((other) => other !== label) }
      : version,
  );
}

/** A placeholder is held by its label only: it was never a version. */
function dropEmpty(secret: Secret): Secret {
  return {
    ...secret,
    versions: secret.versions.filter((version) => version.value !== undefined || version.labels.length > 0),
  };
}

function withinLabelQuota(secret: Secret): Secret {
  const count = secret.versions.reduce((sum, version) => sum + version.labels.length, 0);
  if (count <= MAX_LABELS_PER_SECRET) return secret;
  throw new SecretsManagerException(
    'LimitExceededException',
    `A secret can have at most ${MAX_LABELS_PER_SECRET} staging labels across all its versions.`,
  );
}

function mapVersions(secret: Secret, change: (version: Version) => Version): Secret {
  return { ...secret, versions: secret.versions.map(change) };
}
