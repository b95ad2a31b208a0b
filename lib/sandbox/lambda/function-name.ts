/**
 * The function that an id names. Lambda takes a name, an account with a name, or
 * an ARN, and each with a version or an alias behind it; here every version is
 * the one that there is.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#lambda-Invoke-request-FunctionName
 */
export function functionNameIn(id: string): string {
  const inArn = /^(?:arn:aws[\w-]*:lambda:[\w-]+:)?\d{12}:function:([^:]+)(?::[^:]+)?$/.exec(id)?.[1];
  return inArn ?? /^([^:]+)(?::[^:]+)?$/.exec(id)?.[1] ?? '';
}
