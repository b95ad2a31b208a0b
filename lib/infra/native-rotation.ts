import { Stack } from 'aws-cdk-lib';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { secretArn } from './secret-arn.ts';

export interface NativeRotationProps {
  /** Name or ARN of the credential secret; it exists already. */
  readonly secret: string;
  /**
   * How often Secrets Manager rotates it: a `rate()` or `cron()` in UTC, from
   * every 4 hours to every 1000 days.
   */
  readonly scheduleExpression: string;
  /** The function with the four steps. */
  readonly rotateFunction: IFunction;
}

/**
 * Turns on Secrets Manager's rotation for one credential secret and lets it, for
 * that secret alone, invoke the rotate function.
 *
 * Not the L2 `addRotationSchedule`: its permission names no source account
 * (aws-cdk#28406), and it rotates at deployment unless told otherwise.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-rotationschedule.html
 */
export class NativeRotation extends Construct {
  constructor(scope: Construct, id: string, props: NativeRotationProps) {
    super(scope, id);
    const { functionArn } = props.rotateFunction;
    const permission = new CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: Stack.of(this).account,
      sourceArn: secretArn(this, props.secret),
    });
    const schedule = new CfnRotationSchedule(this, 'Schedule', {
      secretId: props.secret,
      rotationLambdaArn: functionArn,
      // A deployment never changes a password.
      rotateImmediatelyOnUpdate: false,
      rotationRules: { scheduleExpression: props.scheduleExpression },
    });
    schedule.addResourceDependency(permission);
  }
}
