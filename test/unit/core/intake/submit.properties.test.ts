import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SalesforceOutcomeUnknown } from '../../../../lib/core/errors.ts';
import { submitToken } from '../../../../lib/core/intake/submit-token.ts';
import type { Ports } from '../../../../lib/core/ports/ports.ts';
import type { LoginOutcome } from '../../../../lib/core/ports/salesforce.ts';
import { advance } from '../../../../lib/core/reconcile/advance.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { billingConfiguration, USERNAME } from '../../../support/billing.ts';
import { BillingScene, NEW, OLD } from '../../../support/billing-scene.ts';

/** What becomes of a login that was reserved. */
type Fate = 'answered' | 'answer-lost' | 'dies-before' | 'dies-after';

const TOKENS = [
  NEW.token,
  OLD.token,
  'WrongTokenNumber1WrongTo',
  'WrongTokenNumber2WrongTo',
  'WrongTokenNumber3Wrong',
];
const visit = fc.record({
  from: fc.constantFrom('page', 'mailbox', 'poke'),
  // The right one seldom: what it brings about ends the run.
  token: fc.oneof(
    { weight: 1, arbitrary: fc.constant(NEW.token) },
    { weight: 6, arbitrary: fc.constantFrom(...TOKENS) },
  ),
});
const round = fc.record({
  visits: fc.array(visit, { minLength: 1, maxLength: 4 }),
  thenSeconds: fc.constantFrom(0, 61, 121, 151),
});
const fates = fc.array(fc.constantFrom<Fate>('answered', 'answer-lost', 'dies-before', 'dies-after'), {
  minLength: 1,
  maxLength: 8,
});

/** Resolves when everything that waits for nobody has run. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const forEver = () => new Promise<never>(() => undefined);

test('whoever submits what, in whatever order, and whatever is lost: no more logins fail than the budget has', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(round, { minLength: 1, maxLength: 5 }),
      fates,
      fc.integer({ min: 1, max: 4 }),
      async (scheduler, rounds, ends, maxAttempts) => {
        const scene = new BillingScene();
        scene.passwordIsSet();
        scene.put('awaiting-token', { reminders: 0 });
        const configuration = billingConfiguration({
          token: { sources: ['unchanged', 'mailbox', 'operator'], remindAfter: [] },
          lockout: { maxAttempts },
        });
        let failed = 0;
        let accepted = 0;
        let logins = 0;
        const login: Ports['login']['login'] = async (request): Promise<LoginOutcome> => {
          const fate = ends[logins % ends.length] ?? 'answered';
          logins += 1;
          await scheduler.schedule(Promise.resolve(), `login ${fate}`);
          if (fate === 'dies-before') return forEver();
          const outcome = await scene.ports.org.login(request);
          if (outcome.kind === 'accepted') {
            accepted += 1;
            failed = 0;
          } else failed += 1;
          expect(failed).toBeLessThanOrEqual(maxAttempts);
          if (fate === 'dies-after') return forEver();
          if (fate === 'answer-lost') throw new SalesforceOutcomeUnknown('no answer');
          return outcome;
        };
        const { org } = scene.ports;
        const openSession = org.openSession.bind(org);
        const closeSession = org.closeSession.bind(org);
        const ports: Ports = { ...scene.ports, login: { login, openSession, closeSession } };
        scene.ports.ledger.before = (operation) => scheduler.schedule(Promise.resolve(), operation);
        const start = async ({ from, token }: (typeof rounds)[number]['visits'][number]) => {
          const text = Redacted.of(token);
          if (from === 'page')
            return submitToken(ports, configuration, { credential: 'billing', pasted: text, by: 'ann' });
          return from === 'mailbox'
            ? advance(ports, configuration, 'billing', { kind: 'token', source: 'mailbox' }, { token: text })
            : advance(ports, configuration, 'billing', { kind: 'poke' });
        };
        const faults: unknown[] = [];
        for (const { visits, thenSeconds } of rounds) {
          for (const each of visits) start(each).catch((error: unknown) => faults.push(error));
          for (await settled(); scheduler.count() > 0; await settled()) await scheduler.waitOne();
          scene.ports.clock.advance(thenSeconds);
        }
        // What was reserved is what was made, or more.
        const budget = scene.state.budgets[USERNAME] ?? { spent: 0, made: 0 };
        expect(budget.made ?? 0).toBe(logins);
        expect(budget.spent).toBeLessThanOrEqual(maxAttempts);
        if (accepted === 0) expect(budget.spent).toBe(logins);
        for (const fault of faults) expect(fault).toBeInstanceOf(SalesforceOutcomeUnknown);
      },
    ),
    { numRuns: 300 },
  );
});

test('of 50 submissions of one token at once, in whatever order, one is tried and one swap is asked for; the others are told', async () => {
  const configuration = billingConfiguration({
    token: { sources: ['mailbox', 'operator'], remindAfter: [] },
  });
  const sources = Array.from({ length: 50 }, (_, index) =>
    index % 3 === 0 ? 'mailbox' : index % 3 === 1 ? 'page' : 'command line',
  );
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const scene = new BillingScene();
      scene.passwordIsSet();
      scene.put('awaiting-token', { reminders: 0, promptId: 'prompt-1' });
      scene.ports.ledger.before = (operation) => scheduler.schedule(Promise.resolve(), operation);
      scene.ports.org.before = () => scheduler.schedule(Promise.resolve(), 'login');
      let rotations = 0;
      scene.ports.secrets.before = (operation) => {
        if (operation === 'rotate') rotations += 1;
      };
      const answers: unknown[] = [];
      for (const by of sources) {
        const token = Redacted.of(NEW.token);
        const answer =
          by === 'mailbox'
            ? advance(scene.ports, configuration, 'billing', { kind: 'token', source: by }, { token }).then(
                (outcome) => outcome.token,
              )
            : submitToken(scene.ports, configuration, { credential: 'billing', pasted: token, by });
        answer.then(
          (told) => answers.push(told),
          (error: unknown) => answers.push(error),
        );
      }
      for (await settled(); scheduler.count() > 0; await settled()) await scheduler.waitOne();
      expect(scene.ports.org.logins).toBe(1);
      expect(rotations).toBe(1);
      expect(scene.state.phase).toBe('verified');
      expect(answers).toHaveLength(50);
      const others = answers.filter((told) => (told as { kind?: string }).kind !== 'accepted');
      expect(others).toHaveLength(49);
      for (const told of others)
        expect([
          { kind: 'busy', sameToken: true },
          { kind: 'declined', reason: 'already-verified' },
          expect.objectContaining({ kind: 'not-yet', why: 'checking' }),
        ]).toContainEqual(told);
    }),
    { numRuns: 20 },
  );
});
