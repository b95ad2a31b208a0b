import { secretArn } from '../../support/calls/place.ts';

/** What a test has a function attempt in order to see that it gets nowhere. */
export interface Misdirection {
  readonly functionName: string;
  readonly action: string;
  readonly resource: string;
  readonly reason: string;
}

const GUARD = 'rotate-guards.test.ts hands the function rotations of secrets that are no credentials.';

export const MUST_BE_REFUSED: readonly Misdirection[] = [
  'the connection secret',
  'the draft',
  secretArn('no/such/secret'),
].map((resource) => ({
  functionName: 'rotate',
  action: 'secretsmanager:DescribeSecret',
  resource,
  reason: GUARD,
}));
