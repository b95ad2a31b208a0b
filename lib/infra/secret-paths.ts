import type { ConfigurationInput } from '../core/config/schema.ts';
import type { SecretDirectory } from './secret-directory.ts';

/** Finds where the configuration has a secret, by the ARN that policies have of it. */
export function pathsOfSecrets(
  directory: SecretDirectory,
  { orgs, credentials, mailboxes = {} }: ConfigurationInput,
): (resource: string) => string {
  const paths = new Map<string, string>();
  const add = (secret: string | undefined, path: string) => {
    if (secret !== undefined) paths.set(directory.policyArn(secret), path);
  };
  for (const [name, { connection }] of Object.entries(orgs))
    if (connection.kind !== 'self') add(connection.secret, `orgs.${name}.connection.secret`);
  for (const [name, { secret }] of Object.entries(mailboxes)) add(secret, `mailboxes.${name}.secret`);
  for (const [name, { secret, draft, envelope, login, integrations = [] }] of Object.entries(credentials)) {
    const path = `credentials.${name}`;
    add(secret, `${path}.secret`);
    add(draft ?? `${secret}/draft`, `${path}.draft`);
    if (login?.kind === 'oauth-password') add(login.secret, `${path}.login.secret`);
    add(envelope?.secret, `${path}.envelope.secret`);
    integrations.forEach((integration, index) => {
      add(integration.secret, `${path}.integrations[${index}].secret`);
    });
  }
  return (resource) => paths.get(resource) ?? 'credentials';
}
