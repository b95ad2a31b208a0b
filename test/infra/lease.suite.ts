import { expect, test } from '@jest/globals';
import { RUN_LEASE_SECONDS } from '../../lib/core/lease.ts';
import { FUNCTION_TIMEOUT } from '../../lib/infra/rotation-function.ts';

test('a lease is longer than any function may run, with room for clocks that disagree', () => {
  expect(RUN_LEASE_SECONDS).toBeGreaterThanOrEqual(FUNCTION_TIMEOUT.toSeconds() + 30);
});
