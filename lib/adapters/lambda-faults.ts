import {
  RequestTooLargeException,
  ResourceNotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda';

/** Where a function was to be invoked. */
export interface InvokedPlace {
  readonly functionName: string;
  readonly profile?: string | undefined;
}

/**
 * Why a function could not be invoked, as a sentence for whoever tried, with
 * what to do about it.
 *
 * @param cause what the SDK threw. Of its own words nothing is shown but names and codes.
 */
export function explainInvokeFault(cause: unknown, { functionName, profile }: InvokedPlace): string {
  if (cause instanceof ResourceNotFoundException)
    return `There is no function "${functionName}" in this account and Region. Name it with --function, or set SFROTATE_FUNCTION: the output WatchFunctionName of the stack says what it is called. Nothing was sent to Salesforce.`;
  if (cause instanceof TooManyRequestsException)
    return 'Lambda has too many invocations at the moment, so nothing was tried. Try again in a minute.';
  if (cause instanceof RequestTooLargeException)
    return 'That is far more than a token or a mail, so nothing was tried. Paste the token alone.';
  const name = nameOf(cause);
  switch (name) {
    case 'CredentialsProviderError':
    case 'TokenProviderError':
      return withoutCredentials(cause, profile);
    case 'AccessDeniedException':
      return `AWS does not let you invoke the function "${functionName}". The permission lambda:InvokeFunction on it is needed. Nothing was tried.`;
    case 'ExpiredTokenException':
    case 'ExpiredToken':
    case 'InvalidSignatureException':
    case 'UnrecognizedClientException':
      return `AWS does not accept these credentials: they have expired or are wrong. Sign in anew${profile === undefined ? '' : ` with the profile "${profile}"`}. Nothing was tried.`;
    case 'AbortError':
    case 'TimeoutError':
      return 'The function gave no answer in time. Nothing is lost: what you asked for may have been done. Wait for a minute before you ask again.';
    default:
      return unreachable(cause, name);
  }
}

/** An SSO session that is over is told apart by the SDK's words only. */
function withoutCredentials(cause: unknown, profile: string | undefined): string {
  const words = cause instanceof Error ? cause.message : '';
  const withProfile = profile === undefined ? '' : ` --profile ${profile}`;
  if (/\bsso\b/i.test(words))
    return `The SSO session is over. Run "aws sso login${withProfile}", and then this command again. Nothing was sent.`;
  if (profile !== undefined)
    return `There are no AWS credentials in the profile "${profile}". Look at "aws configure list${withProfile}". Nothing was sent.`;
  return 'There are no AWS credentials. Name a profile with --profile, or set AWS_PROFILE or AWS_ACCESS_KEY_ID; for a sandbox on this machine say --sandbox. Nothing was sent.';
}

function unreachable(cause: unknown, name: string): string {
  if (cause instanceof Error && cause.message === 'Region is missing')
    return 'No Region is set. Name one with --region, or set AWS_REGION. Nothing was sent.';
  const { code } = cause as { readonly code?: unknown };
  if (typeof code === 'string' && /^E[A-Z_]+$/.test(code))
    return `Lambda cannot be reached from here (${code}). Look at the network, the Region and a proxy. Nothing was tried.`;
  return `The function could not be invoked (${name}). Nothing is lost; wait for a minute before you try again.`;
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : 'unknown';
}
