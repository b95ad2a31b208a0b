import {
  RequestTooLargeException,
  ResourceNotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import { explainInvokeFault } from '../../../lib/adapters/lambda-faults.ts';

const WORDS = 'arn:aws:lambda:eu-central-1:111122223333:function:x is not what it was';
const common = { message: WORDS, $metadata: {} };

function named(name: string, message = WORDS, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

const FAULTS: readonly (readonly [string, unknown, string])[] = [
  ['no such function', new ResourceNotFoundException(common), 'There is no function "watch"'],
  ['throttled', new TooManyRequestsException(common), 'too many invocations'],
  ['too large', new RequestTooLargeException(common), 'far more than a token'],
  ['access denied', named('AccessDeniedException'), 'lambda:InvokeFunction'],
  ['expired credentials', named('ExpiredTokenException'), 'with the profile "production"'],
  ['unknown credentials', named('UnrecognizedClientException'), 'they have expired or are wrong'],
  ['no credentials', named('CredentialsProviderError'), 'no AWS credentials in the profile "production"'],
  [
    'an SSO session that is over',
    named('CredentialsProviderError', 'The SSO session associated with this profile has expired.'),
    'aws sso login --profile production',
  ],
  ['no Region', named('Error', 'Region is missing'), '--region'],
  ['no answer in time', named('TimeoutError'), 'no answer in time'],
  ['no network', named('Error', WORDS, { code: 'ENOTFOUND' }), 'cannot be reached from here (ENOTFOUND)'],
  ['anything else', named('ServiceException'), '(ServiceException)'],
  ['what is no error', 'x', '(unknown)'],
];

describe('a function that cannot be invoked', () => {
  test.each(FAULTS)('%s', (_what, cause, words) => {
    const sentence = explainInvokeFault(cause, { functionName: 'watch', profile: 'production' });
    expect(sentence).toContain(words);
    expect(sentence).not.toContain(WORDS);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  test('without a profile, says where credentials may come from', () => {
    expect(explainInvokeFault(named('CredentialsProviderError'), { functionName: 'watch' })).toContain(
      'AWS_PROFILE',
    );
  });
});
