import type { OrgConfig } from './schema.ts';

/** The secret by which the service gets into the org; none where it is the user itself. */
export function connectionSecrets({
  orgConfig: { connection },
}: {
  readonly orgConfig: OrgConfig;
}): readonly string[] {
  return connection.kind === 'self' ? [] : [connection.secret];
}
