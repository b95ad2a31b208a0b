import type { CredentialConfig } from './schema.ts';

/** The secrets that a login needs beside the credential itself. */
export function loginSecrets({ login }: Pick<CredentialConfig, 'login'>): readonly string[] {
  return login.kind === 'soap' ? [] : [login.secret];
}
