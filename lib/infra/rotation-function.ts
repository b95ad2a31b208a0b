import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  EnvironmentError,
  type EnvironmentSchema,
  readEnvironment,
  SDK_ENVIRONMENT,
} from '../runtime/environment.ts';
import { acknowledgeFunction } from './acknowledged.ts';
import { BUNDLED_CONFIGURATION } from './bundle.ts';
import type { FunctionName } from './bundle-limits.ts';
import { HandlerCode } from './handler-code.ts';

/** Longer than the slowest run: a handful of Salesforce calls with 20 seconds each before they are given up. */
export const FUNCTION_TIMEOUT = Duration.minutes(2);

/** Stands in for values that CloudFormation fills in; a URL passes wherever a text does. */
const KNOWN_AT_DEPLOYMENT = 'https://known-at-deployment.invalid';

export interface RotationFunctionProps {
  /** Name of the function: its handler is `lambdas/<name>/handler.ts`, its bundle's limit in `bundle-limits.ts`. */
  readonly name: FunctionName;
  /** What the function is for, as the Lambda console shows it. */
  readonly description: string;
  /** The schema that the function reads its environment with. */
  readonly environmentSchema: EnvironmentSchema<object>;
  /**
   * Variables of the environment, without the path of the configuration, which
   * is set here, and without those that Lambda sets.
   */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The function's physical name.
   *
   * @default - CloudFormation makes one
   */
  readonly functionName?: string;
  /**
   * The key that encrypts the log.
   *
   * @default - CloudWatch Logs' own key
   */
  readonly encryptionKey?: IKey;
  /**
   * MiB of memory; the share of a CPU goes by it.
   *
   * @default 512
   */
  readonly memorySize?: number;
}

/**
 * One function of the service: its code, its log group, and a role of its own
 * that may write its log and its traces and nothing else. What more it may do is
 * granted in `permissions.ts`.
 *
 * @throws EnvironmentError at synth, when the variables do not fit the function's schema.
 */
export class RotationFunction extends Construct {
  readonly role: Role;
  readonly function: LambdaFunction;
  /** What it runs; to be bundled once the configuration is complete. */
  readonly code: HandlerCode;

  constructor(scope: Construct, id: string, props: RotationFunctionProps) {
    super(scope, id);
    const environment = { ...props.environment, ROTATION_CONFIG: BUNDLED_CONFIGURATION };
    checkEnvironment(props.name, props.environmentSchema, environment);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_YEAR,
      // The history that must survive is in the ledger.
      removalPolicy: RemovalPolicy.DESTROY,
      ...(props.encryptionKey === undefined ? {} : { encryptionKey: props.encryptionKey }),
    });
    this.code = new HandlerCode(props.name);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What the ${props.name} function of the Salesforce credential rotation may do.`,
    });
    logGroup.grantWrite(this.role);
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      ...(props.functionName === undefined ? {} : { functionName: props.functionName }),
      code: this.code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: FUNCTION_TIMEOUT,
      tracing: Tracing.ACTIVE,
      role: this.role,
      logGroup,
      environment: { ...environment, ...SDK_ENVIRONMENT },
    });
    acknowledgeFunction(props.name, this);
  }
}

/** The function would find the same mistake at its first invocation; this finds it before the deployment. */
function checkEnvironment(
  name: string,
  schema: EnvironmentSchema<object>,
  variables: Readonly<Record<string, string>>,
): void {
  const known = Object.fromEntries(
    Object.entries(variables).map(([key, value]) => [
      key,
      Token.isUnresolved(value) ? KNOWN_AT_DEPLOYMENT : value,
    ]),
  );
  const read = readEnvironment(schema, { AWS_REGION: 'set-by-lambda', ...known });
  const unread = Object.keys(variables).filter((key) => !(key in read));
  if (unread.length > 0) {
    throw new EnvironmentError(
      `The ${name} function does not read ${unread.join(', ')}. Add it to the function's schema, or do not set it.`,
    );
  }
}
