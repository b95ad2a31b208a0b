import { Token } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IDependable } from 'constructs';
import { type Credential, checkConfiguration } from '../core/config/load.ts';
import { rotationRules } from '../core/config/rotation-rules.ts';
import type { ConfigurationInput } from '../core/config/schema.ts';
import { acknowledgeIntegrationSecret } from './acknowledged.ts';
import { credentialInput, integrationInput, refuseTokens } from './configuration-input.ts';
import { CreatedSecret, type PlaceholderKind, placeholderOf } from './created-secret.ts';
import type {
  CredentialInput,
  CredentialProps,
  IntegrationInput,
  IntegrationProps,
  SecretReference,
} from './credential-props.ts';
import { DraftSecret } from './draft-secret.ts';
import { NativeRotation } from './native-rotation.ts';
import { isArn } from './secret-arn.ts';
import type { SecretDirectory } from './secret-directory.ts';

/** What a credential needs of the service that it belongs to. */
export interface RotatedCredentialProps {
  readonly name: string;
  readonly credential: CredentialProps;
  /** The orgs that the credential may be of. */
  readonly orgs: ConfigurationInput['orgs'];
  /** The mailboxes that its mails may arrive at. */
  readonly mailboxes: NonNullable<ConfigurationInput['mailboxes']>;
  readonly directory: SecretDirectory;
  readonly encryptionKey: IKey;
  /** ARN of what Secrets Manager invokes. */
  readonly rotateFunctionArn: string;
  /** The functions' roles, which alone may read the draft. */
  readonly readers: readonly IRole[];
  /** Called before anything is added; throws when it is too late for that. */
  readonly beforeChange: () => void;
}

/**
 * One credential of a `SalesforceRotation`, made by its `addCredential`: the
 * draft, the rotation schedule, and those of its secrets that are to be created.
 */
export class RotatedCredential extends Construct {
  /** The credential's name in the configuration. */
  readonly name: string;
  /** The credential secret, if it was created here. */
  readonly secret: Secret | undefined;
  /** The draft secret, if it was created here. */
  readonly draftSecret: Secret | undefined;
  /** Whether a person may be asked for its token, on the prompt page. */
  readonly asksPeople: boolean;
  /** Whether people are asked for the password and its token when somebody else has changed it. */
  readonly asksAfterOutsideChange: boolean;
  readonly #props: RotatedCredentialProps;
  readonly #rotation: NativeRotation;
  readonly #path: string;
  readonly #input: CredentialInput & { integrations: IntegrationInput[] };

  /** @throws ConfigurationError for what is wrong with this credential by itself; it names the path. */
  constructor(scope: Construct, id: string, props: RotatedCredentialProps) {
    super(scope, id);
    const { name, credential, directory } = props;
    this.#props = props;
    this.name = name;
    this.#path = `credentials.${name}`;
    this.#input = credentialInput(directory, this.#path, credential);
    if (credential.draft === undefined && isArn(this.#input.secret))
      this.draftSecret = this.#draft(undefined);
    const checked = this.#check();
    this.asksPeople = checked.token.sources.includes('operator');
    this.asksAfterOutsideChange = checked.onOutsideChange === 'prompt';
    if (this.draftSecret === undefined && !isArn(checked.draftSecret))
      this.draftSecret = this.#isGiven() ? undefined : this.#draft(checked.draftSecret);
    this.secret = this.#createSecrets(credential);
    this.#rotation = new NativeRotation(this, 'Rotation', {
      secretId: this.secret?.secretArn ?? directory.deployed(checked.secret),
      secretArn: directory.policyArn(checked.secret),
      rules: rotationRules(checked),
      rotateFunctionArn: props.rotateFunctionArn,
    });
  }

  /** What the configuration has of this credential. */
  get input(): CredentialInput {
    return this.#input;
  }

  /**
   * Adds an integration whose secret is swapped with the others.
   *
   * @example
   * billing.addIntegration({ secret: 'etl/airflow/salesforce', format: 'airflow-uri' });
   * @throws ConfigurationError for what is wrong with it; it names the path.
   */
  addIntegration(props: IntegrationProps): this {
    this.#props.beforeChange();
    const { directory } = this.#props;
    const path = `${this.#path}.integrations[${this.#input.integrations.length}]`;
    this.#input.integrations.push(integrationInput(directory, path, props));
    this.#check();
    this.#createIntegrationSecret(props, path);
    return this;
  }

  /** Turning rotation on has the secret tested as it is, for which the rotate function needs its permissions. */
  rotateAfter(permissions: readonly IDependable[]): void {
    this.#rotation.node.addDependency(...permissions);
  }

  /** The credential as the functions will read it, if it can be used. */
  #check(): Credential {
    const { name, orgs, mailboxes } = this.#props;
    refuseTokens(this.#input, this.#path);
    const { credentials } = checkConfiguration({ orgs, mailboxes, credentials: { [name]: this.#input } });
    const credential = credentials.get(name);
    if (credential === undefined) throw new Error(`The configuration has no credential "${name}".`);
    return credential;
  }

  /** Whether the draft is a secret that exists by itself. */
  #isGiven(): boolean {
    const { draft } = this.#props.credential;
    return draft !== undefined && (typeof draft !== 'string' || Token.isUnresolved(draft));
  }

  /** Creates the draft; without a name, the configuration refers to it. */
  #draft(secretName: string | undefined): DraftSecret {
    const { name, directory, encryptionKey, readers } = this.#props;
    const draft = new DraftSecret(this, 'Secret', { credential: name, secretName, encryptionKey, readers });
    const known = directory.ownSecret(draft, `${this.#path}.draft`);
    if (secretName === undefined) this.#input.draft = known;
    return draft;
  }

  #createSecrets(props: CredentialProps): Secret | undefined {
    const { envelope, integrations = [] } = props;
    integrations.forEach((integration, index) => {
      this.#createIntegrationSecret(integration, `${this.#path}.integrations[${index}]`);
    });
    if (envelope !== undefined) this.#create(envelope, 'Object', 'Envelope', `${this.#path}.envelope`);
    return this.#create(props, 'Credential', 'Secret', this.#path);
  }

  #createIntegrationSecret(props: IntegrationProps, path: string): void {
    this.#create(props, placeholderOf(props.format), `Integration-${String(props.secret)}-`, path);
  }

  #create(
    { secret, createSecret }: PlaceProps,
    kind: PlaceholderKind,
    id: string,
    path: string,
  ): Secret | undefined {
    if (createSecret !== true || typeof secret !== 'string') return undefined;
    const isOwn = kind === 'Credential';
    const created = new CreatedSecret(this, id, {
      kind,
      secretName: secret,
      description: `${DESCRIPTIONS[kind]} of the Salesforce credential "${this.name}".`,
      // Integrations read the others, and would need to be allowed to use the key.
      encryptionKey: isOwn ? this.#props.encryptionKey : undefined,
    });
    if (!isOwn) acknowledgeIntegrationSecret(created);
    this.#props.directory.secret(created, `${path}.secret`);
    return created;
  }
}

interface PlaceProps {
  readonly secret?: SecretReference | undefined;
  readonly createSecret?: boolean | undefined;
}

const INTEGRATION = 'What an integration reads';

const DESCRIPTIONS: Readonly<Record<PlaceholderKind, string>> = {
  Credential: 'Username, password, security token and login URL',
  Connection: 'Connection',
  Draft: 'Draft',
  Object: INTEGRATION,
  Uri: INTEGRATION,
  Lines: INTEGRATION,
};
