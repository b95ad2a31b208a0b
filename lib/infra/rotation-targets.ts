import { CfnAlias, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/**
 * Permissions for one secret each that a policy of Lambda is given. It holds
 * 20 KB, and a permission with the longest names takes about 600 bytes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const SECRETS_PER_POLICY = 30;

/**
 * What Secrets Manager invokes to rotate a secret: the rotate function, and from
 * the 31st secret on an alias of it for each thirty more, because an alias has a
 * policy of its own. All of them run the same code.
 *
 * Secrets are taken in the order in which they are added, so a new one belongs at
 * the end of the configuration: one that moves to another alias has its schedule
 * updated, which Secrets Manager refuses in the middle of a rotation.
 */
export class RotationTargets extends Construct {
  readonly #rotateFunction: IFunction;
  readonly #arns: string[];
  #secrets = 0;

  constructor(scope: Construct, id: string, rotateFunction: IFunction) {
    super(scope, id);
    this.#rotateFunction = rotateFunction;
    this.#arns = [rotateFunction.functionArn];
  }

  /** Whatever may be invoked. */
  get arns(): readonly string[] {
    return this.#arns;
  }

  /** The ARN for one more secret. */
  next(): string {
    const group = Math.floor(this.#secrets / SECRETS_PER_POLICY);
    this.#secrets += 1;
    const arn = this.#arns[group] ?? this.#alias(group + 1);
    this.#arns[group] = arn;
    return arn;
  }

  #alias(number: number): string {
    const alias = new CfnAlias(this, `Alias${number}`, {
      name: `secrets-${number}`,
      description: 'The rotate function as it is; its policy has room for more secrets.',
      functionName: this.#rotateFunction.functionName,
      functionVersion: '$LATEST',
    });
    return alias.ref;
  }
}
