import { Stack } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { RotationRules } from '../core/config/rotation-rules.ts';

export interface NativeRotationProps {
  /** Name or ARN of the credential secret. */
  readonly secretId: string;
  /** Its ARN; six question marks stand for a suffix that is not known. */
  readonly secretArn: string;
  /** When Secrets Manager rotates it. */
  readonly rules: RotationRules;
  /** ARN of the function with the four steps, or of an alias of it. */
  readonly rotateFunctionArn: string;
}

/**
 * Turns on Secrets Manager's rotation for one credential secret and lets it, for
 * that secret alone, invoke the rotate function.
 *
 * Not the L2 `addRotationSchedule`: its permission names no source account
 * (aws-cdk#28406), it knows no `cron` and no window (aws-cdk#24062), and it
 * rotates at deployment unless told otherwise.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-rotationschedule.html
 */
export class NativeRotation extends Construct {
  constructor(scope: Construct, id: string, props: NativeRotationProps) {
    super(scope, id);
    const { rotateFunctionArn } = props;
    const { scheduleExpression, duration } = props.rules;
    const permission = new CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: rotateFunctionArn,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: Stack.of(this).account,
      sourceArn: props.secretArn,
    });
    const schedule = new CfnRotationSchedule(this, 'Schedule', {
      secretId: props.secretId,
      rotationLambdaArn: rotateFunctionArn,
      // A deployment never changes a password.
      rotateImmediatelyOnUpdate: false,
      rotationRules: { scheduleExpression, ...(duration === undefined ? {} : { duration }) },
    });
    schedule.addResourceDependency(permission);
  }
}
