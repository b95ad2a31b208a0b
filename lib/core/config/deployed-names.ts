/** The names by which a deployment and the command line know each other. */

/** The stack of the CDK app. */
export const STACK_NAME = 'SalesforceCredentialRotation';

/** The function that takes commands is called by a name that is known before it exists. */
export const COMMAND_FUNCTION_SUFFIX = '-watch';

/** What it is called where the CDK app deployed it. */
export const DEFAULT_COMMAND_FUNCTION = `${STACK_NAME}${COMMAND_FUNCTION_SUFFIX}`;
