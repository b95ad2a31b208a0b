import { Effect, type IRole, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { acknowledgeDraft } from './acknowledged.ts';
import { CreatedSecret } from './created-secret.ts';

export interface DraftSecretProps {
  /** Name of the credential, for the description. */
  readonly credential: string;
  /**
   * Name of the secret.
   *
   * @default - CloudFormation generates one
   */
  readonly secretName?: string | undefined;
  readonly encryptionKey: IKey;
  /** The roles of the functions: nobody else may read the draft. */
  readonly readers: readonly IRole[];
}

/**
 * The draft secret of a credential. During a rotation it holds the only copy of
 * the password in force; it outlives the stack, and so does its key.
 *
 * Its policy denies reading to everyone but the functions, administrators
 * included. It denies nothing else, so that CloudFormation and whoever
 * administers the account can still change the policy or delete the secret: who
 * must read a draft by hand takes the policy away first, which CloudTrail shows.
 */
export class DraftSecret extends CreatedSecret {
  constructor(scope: Construct, id: string, props: DraftSecretProps) {
    super(scope, id, {
      kind: 'Draft',
      secretName: props.secretName,
      description: `Draft of the Salesforce credential "${props.credential}". Read by no integration.`,
      encryptionKey: props.encryptionKey,
    });
    acknowledgeDraft(this);
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'FunctionsOnly',
        effect: Effect.DENY,
        principals: [new StarPrincipal()],
        actions: ['secretsmanager:GetSecretValue'],
        resources: ['*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': props.readers.map(({ roleArn }) => roleArn) } },
      }),
    );
  }
}
