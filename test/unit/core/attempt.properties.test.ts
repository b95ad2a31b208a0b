import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attemptLogin, tokenFingerprint } from '../../../lib/core/attempt.ts';
import { budgetOf, refused } from '../../../lib/core/domain/budget.ts';
import type { CredentialValue } from '../../../lib/core/domain/credential-value.ts';
import { SalesforceOutcomeUnknown } from '../../../lib/core/errors.ts';
import { StateKeeper } from '../../../lib/core/reconcile/state-keeper.ts';
import { Redacted } from '../../../lib/core/redacted.ts';
import {
  billingCredential,
  billingState,
  LOGIN_URL,
  type MemoryPorts,
  memoryPorts,
  USERNAME,
} from '../../support/billing.ts';

const CREDENTIALS = [1, 2, 3, 5].map((maxAttempts) => billingCredential({ lockout: { maxAttempts } }));

const guess = (token: string): CredentialValue => ({
  kind: 'password',
  username: USERNAME,
  password: Redacted.of('new-Passw0rd'),
  securityToken: Redacted.of(token),
  loginUrl: LOGIN_URL,
  passwordChangedAt: undefined,
  rotationId: 'rotation-1',
});

/** How each login of a run ends, and how long it takes. */
const ending = fc.record({
  kind: fc.constantFrom('refused', 'no-answer', 'killed'),
  seconds: fc.constantFrom(0, 5, 61, 3_600),
});

/** One run: tries tokens one after the other, as long as it lives. */
async function run(
  ports: MemoryPorts,
  credential: (typeof CREDENTIALS)[number],
  name: string,
  tries: number,
) {
  const keeper = await StateKeeper.load(ports, billingCredential());
  for (let turn = 0; turn < tries; turn += 1) {
    const value = guess(`${name}-${turn}`);
    try {
      const outcome = await attemptLogin(ports, keeper, credential, value, 'mailbox');
      if (outcome.kind !== 'rejected') continue;
      const at = ports.clock.now().toISOString();
      await keeper.update((state) => refused(state, outcome.attempt, tokenFingerprint(value), at));
    } catch (error) {
      if (!(error instanceof SalesforceOutcomeUnknown)) return;
    }
  }
}

test('any number of runs, in any order, whatever dies: no more attempts than allowed ever reach Salesforce', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.constantFrom(...CREDENTIALS),
      fc.array(ending, { minLength: 8, maxLength: 8 }),
      fc.integer({ min: 2, max: 4 }),
      async (scheduler, credential, endings, runs) => {
        const ports = memoryPorts();
        ports.ledger.put(billingState('awaiting-token'));
        ports.ledger.before = (operation) => scheduler.schedule(Promise.resolve(), operation);
        let reached = 0;
        let unreserved = 0;
        ports.org.before = async () => {
          reached += 1;
          const stored = ports.ledger.stored('billing');
          if (stored === undefined || budgetOf(stored, USERNAME).spent < reached) unreserved += 1;
          const end = endings[reached % endings.length];
          await scheduler.schedule(Promise.resolve(), 'login');
          ports.clock.advance(end?.seconds ?? 0);
          if (end?.kind === 'no-answer') throw new SalesforceOutcomeUnknown('no answer');
          if (end?.kind === 'killed') throw new Error('killed');
        };
        await scheduler.waitFor(
          Promise.all(Array.from({ length: runs }, (_, index) => run(ports, credential, `run${index}`, 3))),
        );
        expect(reached).toBeLessThanOrEqual(credential.lockout.maxAttempts);
        expect(reached).toBeGreaterThan(0);
        expect(unreserved).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
