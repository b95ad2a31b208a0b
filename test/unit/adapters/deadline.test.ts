import { describe, expect, test } from '@jest/globals';
import { DEADLINE_MILLISECONDS, withDeadline } from '../../../lib/adapters/deadline.ts';
import { CALL_TIMEOUT_MILLISECONDS } from '../../../lib/adapters/jsforce-client.ts';
import { loginRefusal } from '../../../lib/adapters/salesforce-faults.ts';
import { RUN_LEASE_SECONDS } from '../../../lib/core/lease.ts';

describe('a deadline', () => {
  test('gives the result that comes in time', async () => {
    expect(await withDeadline(Promise.resolve(7), 1_000)).toBe(7);
  });

  test('gives the failure that comes in time', async () => {
    await expect(withDeadline(Promise.reject(new Error('refused')), 1_000)).rejects.toThrow('refused');
  });

  test('ends a call that never answers, by name, as no definite answer', async () => {
    const error: unknown = await withDeadline(new Promise(() => undefined), 5).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'DeadlineExceeded', message: 'no answer within 5 ms' });
    expect(() => loginRefusal(error)).toThrow('DeadlineExceeded');
  });

  test('leaves a late failure without anybody to crash', async () => {
    const late = Promise.withResolvers<void>();
    await expect(withDeadline(late.promise, 1)).rejects.toThrow('no answer');
    late.reject(new Error('late'));
    await expect(late.promise).rejects.toThrow('late');
  });

  test('leaves no timer behind that keeps a process alive', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    await withDeadline(Promise.resolve(), 60_000);
    expect(timers()).toBe(before);
  });

  test('is longer than the client’s own time-out, and the two calls of each act fit into the lease of a run', () => {
    expect(DEADLINE_MILLISECONDS).toBeGreaterThan(CALL_TIMEOUT_MILLISECONDS);
    expect(2 * DEADLINE_MILLISECONDS).toBeLessThan(RUN_LEASE_SECONDS * 1_000);
  });
});
