import { type AttemptOutcome, attemptLogin, tokenFingerprint } from '../attempt.ts';
import { accepted, refused } from '../domain/budget.ts';
import type { CredentialValue } from '../domain/credential-value.ts';
import { withProof } from '../domain/proof.ts';
import { CommitNotPossible } from '../errors.ts';
import { Workbench } from '../reconcile/workbench.ts';
import { planStage } from './stage.ts';
import type { StepContext } from './step.ts';

/**
 * A test that belongs to no rotation of ours: Secrets Manager tries out a
 * configuration. A healthy secret passes: it can be read, every integration
 * secret can be written, and the login works. While a rotation is under way the
 * stored password may be dead already, so no attempt is spent on it, and what
 * the test finds never touches that rotation.
 */
export async function testCurrent(context: StepContext): Promise<void> {
  const { ports, keeper, credential } = context;
  const bench = new Workbench(ports, credential);
  await bench.fetch([credential.secret, ...credential.integrations.map(({ secret }) => secret)]);
  const current = await bench.current();
  if (current.kind !== 'value') {
    const problem = current.kind === 'empty' ? 'it is empty' : current.problem;
    throw new CommitNotPossible(`The credential secret "${credential.secret}" cannot be used: ${problem}.`);
  }
  for (const integration of credential.integrations) {
    planStage(integration, await bench.read(integration.secret), current.value, context.event.requestToken);
  }
  if (keeper.state.rotation === undefined) await testCurrentLogin(context, current.value);
}

async function testCurrentLogin(
  { ports, keeper, credential }: StepContext,
  value: CredentialValue,
): Promise<void> {
  const outcome = await attemptLogin(ports, keeper, credential, value, 'test');
  const at = ports.clock.now().toISOString();
  if (outcome.kind === 'accepted') {
    await keeper.update((state) => withProof(accepted(state, outcome.attempt), value.username, at));
    return;
  }
  if (outcome.kind !== 'not-made')
    await keeper.update((state) => refused(state, outcome.attempt, tokenFingerprint(value), at));
  throw notAccepted(credential.name, outcome);
}

/** The fault of a test whose login was not accepted. */
export function notAccepted(
  credential: string,
  outcome: Exclude<AttemptOutcome, { kind: 'accepted' }>,
): CommitNotPossible {
  const reason = outcome.kind === 'not-made' ? `no attempt was made: ${outcome.because}` : outcome.kind;
  return new CommitNotPossible(
    `Salesforce did not accept the credential of "${credential}" (${reason}). Nothing is current.`,
  );
}
