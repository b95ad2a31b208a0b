import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ConfigurationError } from '../core/config/load.ts';
import { deployedLength } from './deployed-length.ts';
import type { DeploymentReference } from './secret-directory.ts';

/** Name of the variable that has what the configuration's placeholders stand for. */
export const REFERENCES_VARIABLE = 'ROTATION_REFERENCES';

/** Bytes that Lambda allows for all variables of a function together. */
const ENVIRONMENT_LIMIT = 4_096;
/** What the other variables take, with the longest names that CloudFormation generates. */
const OTHER_VARIABLES = 900;
/** Quotation marks and a comma. */
const AROUND_A_TEXT = 3;

/**
 * The variable's value: a JSON list, which CloudFormation fills in.
 *
 * @throws ConfigurationError with the path of the first reference that does not fit.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export function referencesVariable(scope: IConstruct, references: readonly DeploymentReference[]): string {
  let room = ENVIRONMENT_LIMIT - OTHER_VARIABLES;
  for (const { value, path } of references) {
    room -= deployedLength(scope, value) + AROUND_A_TEXT;
    if (room < 0) throw tooManyReferences(path);
  }
  return Stack.of(scope).toJsonString(references.map(({ value }) => value));
}

function tooManyReferences(path: string): ConfigurationError {
  return new ConfigurationError([
    {
      path,
      message:
        'from here on there are more secrets whose names are known at deployment only than fit into the 4 KB of a function\'s environment. Give this one a name of your own ("secretName" of its construct), or refer to it by its name or complete ARN.',
    },
  ]);
}
