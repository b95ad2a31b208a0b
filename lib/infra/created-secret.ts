import { RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import { Effect, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { IntegrationInput } from './credential-props.ts';

/**
 * What a created secret holds until somebody stores the real content. The
 * service refuses the first two and names the fields that are empty; the others
 * are the least that a format accepts.
 *
 * CloudFormation writes a changed value over whatever the secret holds by then,
 * so none of these may depend on anything, and none may ever change.
 */
const PLACEHOLDERS = {
  Credential: '{"username":"","password":"","securityToken":"","loginUrl":""}',
  Connection: '{"clientId":"","clientSecret":""}',
  Draft: '{}',
  Object: '{}',
  Uri: 'salesforce://',
  Lines: '# salesforce',
} as const;

/** What a created secret begins with. */
export type PlaceholderKind = keyof typeof PLACEHOLDERS;

const LINES: readonly string[] = ['dataloader', 'jsforce-env', 'mulesoft', 'kafka-connect', 'env'];

/** What the secret of an integration begins with. */
export function placeholderOf(format: IntegrationInput['format']): PlaceholderKind {
  if (format === 'airflow-uri') return 'Uri';
  return LINES.includes(format) ? 'Lines' : 'Object';
}

export interface CreatedSecretProps {
  readonly kind: PlaceholderKind;
  /**
   * Name of the secret.
   *
   * @default - CloudFormation generates one
   */
  readonly secretName?: string | undefined;
  readonly description: string;
  /**
   * The key that encrypts it. Who reads the secret needs to be allowed to use the key.
   *
   * @default - the key that AWS manages for Secrets Manager
   */
  readonly encryptionKey?: IKey | undefined;
}

/**
 * A secret that begins with a placeholder. It outlives the stack, and it is
 * refused to whoever does not come by TLS.
 *
 * The kind is a part of the construct's id: another placeholder is another
 * resource, whose creation fails because the name is taken. So what the secret
 * holds is never overwritten.
 */
export class CreatedSecret extends Secret {
  constructor(scope: Construct, id: string, props: CreatedSecretProps) {
    const { kind, secretName, description, encryptionKey } = props;
    super(scope, `${id}${kind}`, {
      description,
      secretStringValue: SecretValue.unsafePlainText(PLACEHOLDERS[kind]),
      removalPolicy: RemovalPolicy.RETAIN,
      ...(secretName === undefined ? {} : { secretName }),
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TlsOnly',
        effect: Effect.DENY,
        principals: [new StarPrincipal()],
        actions: ['secretsmanager:*'],
        resources: ['*'],
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  }
}
