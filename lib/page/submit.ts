import type { SubmissionOutcome } from '../core/intake/submission.ts';
import { Redacted } from '../core/redacted.ts';
import { readPastedToken } from '../core/token-mail/paste.ts';
import type { PageDoor, ValidLink, ValidView } from './services.ts';
import type { FieldName } from './view/situation.ts';

/** Who acts, for the history. The page knows no names: whoever has the link may use it. */
const BY = 'the prompt page';

type Brought = Readonly<Record<FieldName, Redacted>> | Readonly<Record<'token', Redacted>>;

/** Presses Start. What comes of it is in the state. */
export async function pressStart(door: PageDoor, { view, rotationId }: ValidLink): Promise<void> {
  if (view.kind !== 'invitation') return;
  await door.send({ action: 'start', credential: view.credential, rotationId, by: BY });
}

/**
 * Passes on what a person brought, if the state waits for it and it can be what
 * is waited for at all. Whatever else is to be checked, core checks.
 *
 * @throws Error where the door gave no answer, or one that says nothing of it.
 */
export async function submit(
  door: PageDoor,
  { view, rotationId }: ValidLink,
  brought: Brought,
): Promise<SubmissionOutcome> {
  const unwanted = unwantedBecause(view, brought);
  if (unwanted !== undefined) return unwanted;
  const unusable = unusableBecause(brought);
  if (unusable !== undefined) return unusable;
  const { credential } = view;
  const common = { credential, rotationId, by: BY, pasted: brought.token };
  const { submission } = await door.send(
    'password' in brought
      ? { action: 'submit-credential', ...common, password: brought.password }
      : { action: 'submit-token', ...common },
  );
  if (submission === undefined) throw new Error('The answer to a submission says nothing of it.');
  return submission;
}

/** The page was made before the state became another. */
function unwantedBecause(view: ValidView, brought: Brought): SubmissionOutcome | undefined {
  switch (view.kind) {
    case 'token':
      return 'password' in brought ? { kind: 'declined', reason: 'not-waiting' } : undefined;
    case 'credential':
      return 'password' in brought ? undefined : { kind: 'declined', reason: 'password-needed' };
    case 'invitation':
    case 'changing':
      return { kind: 'declined', reason: 'not-waiting' };
    case 'blocked':
      return { kind: 'declined', reason: 'blocked' };
    case 'verified':
    case 'staged':
    case 'swapping':
    case 'done':
      return { kind: 'declined', reason: 'already-verified' };
  }
}

const NOTHING = Redacted.of('');

function unusableBecause(brought: Brought): SubmissionOutcome | undefined {
  if ('password' in brought && brought.password.equals(NOTHING))
    return { kind: 'unusable', problem: 'no-password' };
  const reading = readPastedToken(brought.token);
  if (reading.kind === 'token') return undefined;
  // Beside a password none may be needed; only core knows.
  if ('password' in brought && reading.problem === 'empty') return undefined;
  return { kind: 'unusable', problem: reading.problem };
}
