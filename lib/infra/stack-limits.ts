import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ConfigurationError } from '../core/config/load.ts';

/** By which the CDK can be told of another limit; 0 is none. */
const LIMIT_CONTEXT = '@aws-cdk/core:stackResourceLimit';
const MOST_RESOURCES = 500;

interface NamedConstruct extends IConstruct {
  /** The credential's name in the configuration. */
  readonly name: string;
}

/**
 * Refuses more credentials than CloudFormation takes in one stack, which the CDK
 * would say without a word about which of them are too many.
 *
 * @param credentials in the order in which they were added.
 * @throws ConfigurationError with the first one that does not fit.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
export function refuseTooManyResources(scope: IConstruct, credentials: readonly NamedConstruct[]): void {
  const most = Number(scope.node.tryGetContext(LIMIT_CONTEXT) ?? MOST_RESOURCES);
  let excess = most === 0 ? 0 : resourcesIn(Stack.of(scope)) - most;
  if (excess <= 0) return;
  for (const credential of [...credentials].reverse()) {
    excess -= resourcesIn(credential);
    if (excess <= 0) throw tooMany(credential.name, most);
  }
}

function resourcesIn(root: IConstruct): number {
  return root.node.findAll().filter((node) => CfnResource.isCfnResource(node)).length;
}

function tooMany(name: string, most: number): ConfigurationError {
  return new ConfigurationError([
    {
      path: `credentials.${name}`,
      message: `from here on the stack has more than the ${most} resources that CloudFormation takes. Deploy this credential and those after it in a stack of their own.`,
    },
  ]);
}
