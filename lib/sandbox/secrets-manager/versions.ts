import { withLabel } from './labels.ts';
import { CURRENT, type Secret, type SecretValue, type Version, versionOf, type Writer } from './secret.ts';

const KEPT_VERSIONS = 100;
const KEPT_MILLISECONDS = 24 * 3600 * 1000;

export interface NewVersion {
  readonly id: string;
  readonly value: SecretValue | undefined;
  readonly labels: readonly string[];
  readonly writtenBy: Writer;
  readonly at: number;
}

/**
 * Adds a version, or fills the empty placeholder with the same id, and moves
 * the labels to it. The very first version of a secret becomes `AWSCURRENT`,
 * whatever labels were asked for.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export function withVersion(secret: Secret, version: NewVersion): Secret {
  const first = secret.versions.length === 0 && version.value !== undefined;
  const labels = first ? [...version.labels, CURRENT] : version.labels;
  const labelled = labels.reduce(
    (held, label) => withLabel(held, label, version.id),
    stored(secret, version),
  );
  return pruned(labelled, version.at);
}

/** Takes a version away with its labels: the end of a test's temporary version. */
export function withoutVersion(secret: Secret, versionId: string): Secret {
  return { ...secret, versions: secret.versions.filter((version) => version.id !== versionId) };
}

function stored(secret: Secret, added: NewVersion): Secret {
  const placeholder = versionOf(secret, added.id);
  const version: Version = {
    id: added.id,
    createdAt: added.at,
    value: added.value,
    labels: placeholder?.labels ?? [],
    writtenBy: added.writtenBy,
  };
  const others = secret.versions.filter((other) => other.id !== added.id);
  return { ...secret, versions: [...others, version] };
}

/**
 * Deletes the oldest deprecated versions (those without a label) while there
 * are more than 100, but none that is younger than a day.
 */
function pruned(secret: Secret, now: number): Secret {
  let excess = secret.versions.length - KEPT_VERSIONS;
  if (excess <= 0) return secret;
  const versions = secret.versions.filter((version) => {
    const removable = version.labels.length === 0 && now - version.createdAt > KEPT_MILLISECONDS;
    if (!removable || excess <= 0) return true;
    excess -= 1;
    return false;
  });
  return { ...secret, versions };
}
