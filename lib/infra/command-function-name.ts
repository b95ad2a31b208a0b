import { Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { COMMAND_FUNCTION_SUFFIX } from '../core/config/deployed-names.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const LONGEST_NAME = 64;

/**
 * The physical name of the function that takes commands. The prompt page is told
 * it as text, because a reference would close a circle: the page needs this
 * function, and this function tells people where the page is.
 *
 * It is made of the service's place in the app. A service that moves there, for
 * which CloudFormation makes a new function before it deletes the old one, gets
 * another name, and so does a second service in the same account.
 */
export function commandFunctionName(service: IConstruct): string {
  const place = Names.uniqueResourceName(service, {
    maxLength: LONGEST_NAME - COMMAND_FUNCTION_SUFFIX.length,
    separator: '-',
    allowedSpecialCharacters: '-',
  });
  return `${place}${COMMAND_FUNCTION_SUFFIX}`;
}
