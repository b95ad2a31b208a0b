import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ConfigurationInput } from '../core/config/schema.ts';

/**
 * The props of `addOrg`, `addCredential` and `addIntegration`: what the
 * configuration file has in the same place, by the same schema, and beyond it
 * secrets and roles that are constructs.
 */

type OrgInput = ConfigurationInput['orgs'][string];
type MailboxInput = NonNullable<ConfigurationInput['mailboxes']>[string];
type CredentialInput = ConfigurationInput['credentials'][string];
type IntegrationInput = NonNullable<CredentialInput['integrations']>[number];
type EnvelopeInput = NonNullable<CredentialInput['envelope']>;

/** The name of a secret, its ARN, or the construct. */
export type SecretReference = string | SecretConstruct;

/** `Secret` is an `ISecret` except where optional properties are exact (`exactOptionalPropertyTypes`). */
export type SecretConstruct = ISecret | Secret;

export interface CreateSecretProps {
  /**
   * Whether `secret` is the name of a secret that is created with the stack. It
   * begins with a placeholder, which the service refuses until you have stored
   * the real content, and it outlives the stack.
   *
   * @default false - the secret exists already
   */
  readonly createSecret?: boolean | undefined;
}

interface RoleProps {
  /**
   * The role that reaches the secret, where that is in another account. With it,
   * the secret is given by its ARN.
   *
   * @default - the functions reach the secret by themselves
   */
  readonly roleArn?: string | IRole | undefined;
}

/** A Salesforce org: its login URL, and how the service gets into it. */
export type OrgProps = Omit<OrgInput, 'connection'> & {
  readonly connection: ConnectionProps<OrgInput['connection']>;
};

type ConnectionProps<Input> = Input extends { readonly secret: string }
  ? Omit<Input, 'secret'> &
      CreateSecretProps & {
        /**
         * Holds `{ "clientId": "…", "clientSecret": "…" }`, or for `jwt-bearer`
         * `{ "clientId": "…", "username": "…", "privateKey": "…" }`. In the service's
         * own account and Region.
         */
        readonly secret: SecretReference;
      }
  : Input;

/** How integrations log in; the app of the OAuth username-password flow is in a secret. */
export type LoginProps = AppByConstruct<NonNullable<CredentialInput['login']>>;

type AppByConstruct<Input> = Input extends { readonly secret: string }
  ? Omit<Input, 'secret'> & {
      /** Holds `{ "clientId": "…", "clientSecret": "…" }`. In the service's own account and Region. */
      readonly secret: SecretReference;
    }
  : Input;

/** Where mails with tokens arrive, if SES does not receive them; the watch reads it. */
export type MailboxProps = Omit<MailboxInput, 'secret'> & {
  /** Holds `{ "user": "…", "password": "…" }`. In the service's own account and Region. */
  readonly secret: SecretReference;
};

/** What one integration reads; each member of the union is one kind of format. */
export type IntegrationProps = WithConstructs<IntegrationInput>;

type WithConstructs<Input> = Input extends unknown
  ? Omit<Input, 'secret' | 'roleArn'> &
      RoleProps &
      CreateSecretProps & {
        /** The secret that the integration reads; absent with envelope delivery, which needs `key`. */
        readonly secret?: SecretReference | undefined;
      }
  : never;

/** One secret that holds the renderings of all integrations of a credential. */
export type EnvelopeProps = Omit<EnvelopeInput, 'secret' | 'roleArn'> &
  RoleProps &
  CreateSecretProps & { readonly secret: SecretReference };

/** One integration login, and everything that reads it. */
export type CredentialProps = Omit<
  CredentialInput,
  'secret' | 'draft' | 'login' | 'envelope' | 'integrations'
> &
  CreateSecretProps & {
    /** The credential secret. In the service's own account and Region. */
    readonly secret: SecretReference;
    /**
     * The draft secret: a name to create it under, or one that exists, by its ARN or as a construct.
     *
     * @default - created: the credential secret's name with `/draft` behind it, or a generated
     * name where `secret` is known at deployment only
     */
    readonly draft?: SecretReference | undefined;
    /**
     * How the integrations log in, and so how the credential is proved.
     *
     * @default { kind: 'soap' }
     */
    readonly login?: LoginProps | undefined;
    /**
     * With `delivery: 'envelope'`, the secret that holds all renderings.
     *
     * @default - each integration has a secret of its own
     */
    readonly envelope?: EnvelopeProps | undefined;
    /**
     * More can come later, with `addIntegration`.
     *
     * @default - none
     */
    readonly integrations?: readonly IntegrationProps[] | undefined;
  };

/** What the schema takes in the place of the props. */
export type { CredentialInput, IntegrationInput, MailboxInput, OrgInput };
