import { afterEach, expect, test } from '@jest/globals';
import type { SubmissionOutcome } from '../../lib/core/intake/submission.ts';
import { CountingWire } from '../../lib/sandbox/wire.ts';
import { problemsAfterRotation } from '../support/invariants.ts';
import { RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';

afterEach(() => RotationBench.closeAll());

/** A person at the page, a person at the command line, and the mailbox, each several times. */
const FROM_PAGE = 20;
const FROM_COMMAND_LINE = 15;
const FROM_MAILBOX = 15;

test('of 50 submissions of one token at once, one is tried and one swap is asked for; the others are told', async () => {
  const wire = new CountingWire();
  const bench = await RotationBench.start({
    wire,
    settings: { onApiPasswordSet: 'reset-and-mail' },
    configure: (file) => {
      for (const credential of Object.values(file.credentials))
        credential.token = { ...credential.token, sources: ['mailbox', 'operator'] };
    },
  });
  const old = bench.secrets.login(SECRET);
  await bench.request();
  const { rotation } = await bench.state();
  const { token, id } = bench.sandbox.salesforce.inspect(USERNAME);
  const loginsAs = () => bench.sandbox.salesforce.view.loginHistory.filter(({ userId }) => userId === id);
  const rotations = () => wire.calls.filter(({ operation }) => operation === 'RotateSecret').length;
  const before = { logins: loginsAs().length, rotations: rotations() };
  const submit = async (by: string): Promise<SubmissionOutcome> => {
    const command = { action: 'submit-token', credential: 'billing', by, pasted: token?.value };
    const answer = await bench.sandbox.functions.invoke('watch', { ...command, rotationId: rotation?.id });
    return (answer as { readonly submission: SubmissionOutcome }).submission;
  };

  const mails = Array.from({ length: FROM_MAILBOX }, () =>
    bench.takePendingMail().then(
      (outcomes) => JSON.stringify(outcomes),
      (error: unknown) => (error as Error).name,
    ),
  );
  const [answers, taken] = await Promise.all([
    Promise.all([
      ...Array.from({ length: FROM_PAGE }, () => submit('page')),
      ...Array.from({ length: FROM_COMMAND_LINE }, () => submit('command line')),
    ]),
    Promise.all(mails),
  ]);

  expect(loginsAs().slice(before.logins)).toMatchObject([{ status: 'Success' }]);
  expect(rotations() - before.rotations).toBe(1);
  const accepted =
    answers.filter(({ kind }) => kind === 'accepted').length +
    taken.filter((outcome) => outcome.includes('"accepted"')).length;
  expect(accepted).toBe(1);
  for (const answer of answers) {
    expect([
      { kind: 'accepted' },
      { kind: 'busy', sameToken: true },
      { kind: 'declined', reason: 'already-verified' },
    ]).toContainEqual(answer);
  }
  for (const outcome of taken)
    expect(outcome).toMatch(/"accepted"|"already-verified"|"nobody-waits"|^TokenNotYetUsable$/);

  await bench.untilIdle();
  expect(rotations() - before.rotations).toBe(1);
  expect(loginsAs().slice(before.logins)).toHaveLength(1);
  expect(await problemsAfterRotation(bench, old)).toEqual([]);
});
