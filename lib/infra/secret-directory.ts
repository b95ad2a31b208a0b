import { Resource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IConstruct } from 'constructs';
import { ConfigurationError } from '../core/config/load.ts';
import { referenceIndex, rolePlaceholder, secretPlaceholder } from '../core/config/references.ts';
import type { SecretConstruct, SecretReference } from './credential-props.ts';
import { deployedLength } from './deployed-length.ts';
import { isArn, secretArn } from './secret-arn.ts';

/** Something that is known at deployment only, and where the configuration has it. */
export interface DeploymentReference {
  /** A token. */
  readonly value: string;
  /** Path in the configuration, such as `credentials.billing.secret`. */
  readonly path: string;
}

/**
 * Knows the secrets and roles of the configuration, however they were given. The
 * configuration travels in the bundles and so cannot hold tokens: it gets a name
 * or an ARN where one is known, and a placeholder where it is not.
 */
export class SecretDirectory {
  readonly #scope: IConstruct;
  readonly #references: DeploymentReference[] = [];
  readonly #policyArns = new Map<string, string>();
  readonly #lengths = new Map<string, number>();
  readonly #keys = new Set<IKey>();

  constructor(scope: IConstruct) {
    this.#scope = scope;
  }

  /** What the placeholders stand for, in their order. */
  get references(): readonly DeploymentReference[] {
    return this.#references;
  }

  /** The keys of secrets that were given as constructs, where they have one of their own. */
  get keys(): ReadonlySet<IKey> {
    return this.#keys;
  }

  /** The text of a secret for the configuration. */
  secret(reference: SecretReference, path: string): string {
    if (typeof reference === 'string') return this.#text(reference, path, secretPlaceholder);
    const text = this.#text(this.#nameOrArn(reference), path, secretPlaceholder);
    const arn = reference.secretFullArn ?? `${reference.secretArn}-??????`;
    this.#policyArns.set(text, arn);
    if (referenceIndex(text) === undefined) this.#lengths.set(arn, this.length(secretArn(this.#scope, text)));
    if (reference.encryptionKey !== undefined) this.#keys.add(reference.encryptionKey);
    return text;
  }

  /** As `secret`, for one that must be where the service is. */
  ownSecret(reference: SecretReference, path: string): string {
    if (this.#placesOf(reference).includes(TokenComparison.DIFFERENT)) {
      throw new ConfigurationError([
        {
          path,
          message:
            "this secret is in another account or Region. Only integration secrets may be; create it in the service's own.",
        },
      ]);
    }
    return this.secret(reference, path);
  }

  role(reference: string | IRole, path: string): string {
    const arn = typeof reference === 'string' ? reference : reference.roleArn;
    return this.#text(arn, path, rolePlaceholder);
  }

  /** The name, the ARN or the token of what the configuration calls so. */
  deployed(text: string): string {
    const index = referenceIndex(text);
    return index === undefined ? text : (this.#references[index]?.value ?? text);
  }

  /** The ARN of a secret as a policy writes it. */
  policyArn(text: string): string {
    const known = this.#policyArns.get(text);
    if (known !== undefined) return known;
    const deployed = this.deployed(text);
    return Token.isUnresolved(deployed) ? deployed : secretArn(this.#scope, deployed);
  }

  /** How long the ARN of a secret, as a policy writes it, will be. */
  length(policyArn: string): number {
    return this.#lengths.get(policyArn) ?? deployedLength(this.#scope, policyArn);
  }

  /** How account and Region of a secret compare with the service's, as far as that is known. */
  #placesOf(reference: SecretReference): readonly TokenComparison[] {
    if (typeof reference === 'string') return placesInArn(reference, this.#scope);
    return Resource.isOwnedResource(reference)
      ? places(reference, this.#scope)
      : placesInArn(reference.secretArn, this.#scope);
  }

  #text(value: string, path: string, placeholder: (index: number) => string): string {
    if (!Token.isUnresolved(value)) return value;
    const known = this.#references.findIndex((reference) => reference.value === value);
    if (known >= 0) return placeholder(known);
    this.#references.push({ value, path });
    return placeholder(this.#references.length - 1);
  }

  #nameOrArn(secret: SecretConstruct): string {
    const { secretFullArn, secretName } = secret;
    if (secretFullArn === undefined) {
      const named = Token.isUnresolved(secret.secretArn) && !Token.isUnresolved(secretName);
      return named ? secretName : secret.secretArn;
    }
    if (!Token.isUnresolved(secretFullArn)) return secretFullArn;
    return (isBeside(secret, this.#scope) ? givenName(secret) : undefined) ?? secretFullArn;
  }
}

/** The name that a secret of this app was given; in its own account and Region that is enough to find it. */
function givenName(secret: SecretConstruct): string | undefined {
  const resource = secret.node.defaultChild;
  if (!CfnSecret.isCfnSecret(resource)) return undefined;
  return resource.name === undefined || Token.isUnresolved(resource.name) ? undefined : resource.name;
}

/** Whether a secret of this app is certainly in the account and Region of the service. */
function isBeside(secret: SecretConstruct, scope: IConstruct): boolean {
  return places(secret, scope).every(
    (place) => place === TokenComparison.SAME || place === TokenComparison.BOTH_UNRESOLVED,
  );
}

/** How account and Region of a secret of this app compare with the service's. */
function places(secret: SecretConstruct, scope: IConstruct): readonly TokenComparison[] {
  if (!Resource.isOwnedResource(secret)) return [];
  const { account, region } = Stack.of(scope);
  return [Token.compareStrings(secret.env.account, account), Token.compareStrings(secret.env.region, region)];
}

/** The same for a secret that is given by its ARN; nothing is known of a name. */
function placesInArn(secret: string, scope: IConstruct): readonly TokenComparison[] {
  if (Token.isUnresolved(secret) || !isArn(secret)) return [];
  const [, , , arnRegion = '', arnAccount = ''] = secret.split(':');
  const { account, region } = Stack.of(scope);
  return [Token.compareStrings(arnAccount, account), Token.compareStrings(arnRegion, region)];
}
