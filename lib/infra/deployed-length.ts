import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A Region as long as any. */
const LONGEST_REGION = 'ap-southeast-1';
const ACCOUNT = '111122223333';

/** `arn:aws:secretsmanager:ap-southeast-1:111122223333:secret:` and what is generated behind a name. */
const AROUND_A_NAME = 80;
/** Of what comes from another stack, and says nothing of its length. */
const UNKNOWN = 160;

/**
 * How many characters a text will have when CloudFormation has filled it in;
 * rather too many than too few. For China and GovCloud, whose ARNs are longer,
 * the stack must say its Region.
 */
export function deployedLength(scope: IConstruct, text: string): number {
  const stack = Stack.of(scope);
  if (!Token.isUnresolved(text)) return text.length;
  const parameters = new Map([
    ['AWS::Partition', partitionOf(stack.region)],
    ['AWS::Region', LONGEST_REGION],
    ['AWS::AccountId', ACCOUNT],
  ]);
  return lengthOf(stack.resolve(text), parameters);
}

function partitionOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}

function lengthOf(value: unknown, parameters: ReadonlyMap<string, string>): number {
  if (typeof value === 'string') return value.length;
  const intrinsic = value as {
    readonly Ref?: string;
    readonly 'Fn::GetAtt'?: readonly [string, string];
    readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
  };
  const joined = intrinsic['Fn::Join'];
  if (joined !== undefined) {
    const [separator, parts] = joined;
    return parts.reduce<number>((sum, part) => sum + lengthOf(part, parameters) + separator.length, 0);
  }
  const logicalId = intrinsic.Ref ?? intrinsic['Fn::GetAtt']?.[0];
  if (logicalId === undefined) return UNKNOWN;
  return parameters.get(logicalId)?.length ?? AROUND_A_NAME + logicalId.length;
}
