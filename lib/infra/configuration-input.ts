import { Token } from 'aws-cdk-lib';
import { ConfigurationError } from '../core/config/load.ts';
import type { ConfigurationInput } from '../core/config/schema.ts';
import type {
  CredentialInput,
  CredentialProps,
  EnvelopeProps,
  IntegrationInput,
  IntegrationProps,
  LoginProps,
  MailboxInput,
  MailboxProps,
  OrgInput,
  OrgProps,
} from './credential-props.ts';
import { isArn } from './secret-arn.ts';
import type { SecretDirectory } from './secret-directory.ts';

/**
 * From props to what the configuration file would have in their place: secrets
 * and roles become texts, everything else stays as it is.
 *
 * @throws ConfigurationError for a secret that cannot be created as asked.
 */

export function orgInput(directory: SecretDirectory, path: string, props: OrgProps): OrgInput {
  if (props.connection.kind === 'self') return { ...props, connection: props.connection };
  const { secret, createSecret, ...connection } = props.connection;
  checkCreation(props.connection, `${path}.connection`);
  return {
    ...props,
    connection: { ...connection, secret: directory.ownSecret(secret, `${path}.connection.secret`) },
  };
}

export function mailboxInput(directory: SecretDirectory, path: string, props: MailboxProps): MailboxInput {
  return { ...props, secret: directory.ownSecret(props.secret, `${path}.secret`) };
}

export function credentialInput(
  directory: SecretDirectory,
  path: string,
  props: CredentialProps,
): CredentialInput & { integrations: IntegrationInput[] } {
  const { secret, createSecret, draft, login, envelope, integrations = [], ...rest } = props;
  checkCreation(props, path);
  return {
    ...rest,
    secret: directory.ownSecret(secret, `${path}.secret`),
    ...(draft === undefined ? {} : { draft: directory.ownSecret(draft, `${path}.draft`) }),
    ...(login === undefined ? {} : { login: loginInput(directory, `${path}.login`, login) }),
    ...(envelope === undefined ? {} : { envelope: placeInput(directory, `${path}.envelope`, envelope) }),
    integrations: integrations.map((integration, index) =>
      placeInput(directory, `${path}.integrations[${index}]`, integration),
    ),
  };
}

export function integrationInput(
  directory: SecretDirectory,
  path: string,
  props: IntegrationProps,
): IntegrationInput {
  return placeInput(directory, path, props);
}

function loginInput(directory: SecretDirectory, path: string, login: LoginProps): CredentialInput['login'] {
  if (login.kind !== 'oauth-password') return login;
  return { ...login, secret: directory.ownSecret(login.secret, `${path}.secret`) };
}

/** Where a rendering is, and whatever else is said about it. */
function placeInput(directory: SecretDirectory, path: string, props: EnvelopeProps): EnvelopeInput;
function placeInput(directory: SecretDirectory, path: string, props: IntegrationProps): IntegrationInput;
function placeInput(
  directory: SecretDirectory,
  path: string,
  props: EnvelopeProps | IntegrationProps,
): EnvelopeInput | IntegrationInput {
  const { secret, roleArn, createSecret, ...rest } = props;
  checkCreation(props, path);
  return {
    ...rest,
    ...(secret === undefined ? {} : { secret: directory.secret(secret, `${path}.secret`) }),
    ...(roleArn === undefined ? {} : { roleArn: directory.role(roleArn, `${path}.roleArn`) }),
  } as EnvelopeInput | IntegrationInput;
}

type EnvelopeInput = NonNullable<CredentialInput['envelope']>;

/** @throws ConfigurationError when a text of the configuration is known at deployment only: it could not travel in the bundle. */
export function refuseTokens(
  value: ConfigurationInput | OrgInput | CredentialInput | IntegrationInput | MailboxInput,
  path: string,
): void {
  const found = tokenIn(value, path);
  if (found === undefined) return;
  throw new ConfigurationError([
    {
      path: found,
      message:
        'this is known at deployment only, and the configuration travels in the functions. Only secrets and roles may be so; write it out.',
    },
  ]);
}

function tokenIn(value: unknown, path: string): string | undefined {
  if (Token.isUnresolved(value)) return path;
  if (Array.isArray(value)) return firstOf(value.map((item, index) => tokenIn(item, `${path}[${index}]`)));
  if (typeof value !== 'object' || value === null) return undefined;
  return firstOf(Object.entries(value).map(([key, item]) => tokenIn(item, `${path}.${key}`)));
}

function firstOf(found: readonly (string | undefined)[]): string | undefined {
  return found.find((path) => path !== undefined);
}

function checkCreation(
  { secret, createSecret }: { readonly secret?: unknown; readonly createSecret?: boolean | undefined },
  path: string,
): void {
  if (createSecret !== true) return;
  if (typeof secret === 'string' && !isArn(secret) && !Token.isUnresolved(secret)) return;
  throw new ConfigurationError([
    {
      path: `${path}.createSecret`,
      message:
        'only a secret that is given by its name can be created. Give a name, or take "createSecret" out.',
    },
  ]);
}
