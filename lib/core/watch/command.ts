import type { Configuration } from '../config/load.ts';
import { compactRecord } from '../domain/records.ts';
import type { CredentialState } from '../domain/state.ts';
import type { SubmissionOutcome } from '../intake/submission.ts';
import { submitCredential } from '../intake/submit-credential.ts';
import { submitToken } from '../intake/submit-token.ts';
import type { Ports } from '../ports/ports.ts';
import { advance } from '../reconcile/advance.ts';
import type { Redacted } from '../redacted.ts';
import { type RepairReport, repair } from './doctor/repair.ts';
import { adoptOutsideChange } from './outside-change.ts';
import type { CredentialStatus } from './status.ts';
import { rollback, rotateNow, status } from './watch.ts';

/** What an operator, or the prompt page for a person, may ask for by a direct invocation. */
export type Command = {
  readonly credential: string;
  /** Who asks, for the history. */
  readonly by: string;
} & (
  | {
      readonly action:
        | 'rotate-now'
        | 'resume'
        | 'rollback'
        | 'check'
        | 'status'
        | 'prompt'
        | 'outside-change'
        | 'repair';
    }
  /** With a rotation, only that one is meant: a page that was left open starts no other. */
  | { readonly action: 'start'; readonly rotationId?: string | undefined }
  | {
      readonly action: 'submit-token';
      readonly pasted: Redacted;
      readonly rotationId?: string | undefined;
    }
  | {
      readonly action: 'submit-credential';
      readonly password: Redacted;
      readonly pasted: Redacted;
      readonly rotationId?: string | undefined;
    }
);

/** What became of what was asked for, for who decides by it; its words are in the message. */
export type CommandResult =
  /** A rotation: `in-progress` where one is under way already. */
  | { readonly kind: 'requested' | 'in-progress' }
  /** A rollback, or to take over an outside change. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'refused'; readonly message: string; readonly remedy?: string }
  /** To resume: `still-blocked` also where it was blocked again at once. */
  | { readonly kind: 'resumed' | 'still-blocked' | 'not-blocked' };

export interface CommandOutcome {
  readonly message: string;
  /** Of `rotate-now`, `rollback`, `outside-change` and `resume`. */
  readonly result?: CommandResult;
  readonly status: CredentialStatus;
  /** What became of what was submitted. */
  readonly submission?: SubmissionOutcome;
  /** Of `repair`. */
  readonly repair?: RepairReport;
}

/** @throws UnknownCredential */
export async function command(
  ports: Ports,
  configuration: Configuration,
  asked: Command,
): Promise<CommandOutcome> {
  const answer = await carryOut(ports, configuration, asked);
  return { ...answer, status: await status(ports, configuration, asked.credential) };
}

async function carryOut(
  ports: Ports,
  configuration: Configuration,
  asked: Command,
): Promise<Omit<CommandOutcome, 'status'>> {
  const { action, credential, by } = asked;
  switch (action) {
    case 'status':
      return { message: 'The state as the ledger has it.' };
    case 'rotate-now': {
      const { kind } = await rotateNow(ports, configuration, credential, by);
      return {
        message:
          kind === 'requested'
            ? 'The rotation was requested.'
            : 'A rotation is under way already; it was poked.',
        result: { kind },
      };
    }
    case 'rollback': {
      const outcome = await rollback(ports, configuration, credential, by);
      if (outcome.kind === 'refused') return refused(outcome);
      return { message: `The rollback was requested. ${nowIn(outcome)}`, result: { kind: 'begun' } };
    }
    case 'outside-change': {
      const outcome = await adoptOutsideChange(ports, configuration, credential, by);
      if (outcome.kind === 'refused') return refused(outcome);
      return { message: nowIn(outcome), result: { kind: 'begun' } };
    }
    case 'submit-token':
      return submitted(await submitToken(ports, configuration, asked));
    case 'submit-credential':
      return submitted(await submitCredential(ports, configuration, asked));
    case 'start': {
      const trigger = { kind: 'start', by, rotationId: asked.rotationId } as const;
      return { message: nowIn(await advance(ports, configuration, credential, trigger)) };
    }
    case 'prompt':
      return {
        message: nowIn(await advance(ports, configuration, credential, { kind: 'renew-prompt', by })),
      };
    case 'check': {
      const outcome = await advance(ports, configuration, credential, { kind: 'check', by });
      return { message: outcome.found ?? nowIn(outcome) };
    }
    case 'repair': {
      const report = await repair(ports, configuration, credential, by);
      return { message: report.done.join(' ') || 'There was nothing to repair.', repair: report };
    }
    case 'resume': {
      const before = await ports.ledger.load(credential);
      const outcome = await advance(ports, configuration, credential, { kind: 'resume', by });
      return { message: nowIn(outcome), result: { kind: resumption(before, outcome.state) } };
    }
  }
}

function refused({
  message,
  remedy,
}: {
  readonly message: string;
  readonly remedy?: string;
}): Omit<CommandOutcome, 'status'> {
  return {
    message: remedy === undefined ? message : `${message} ${remedy}`,
    result: compactRecord({ kind: 'refused' as const, message, remedy }),
  };
}

function resumption(before: CredentialState | undefined, { phase }: CredentialState) {
  if (phase === 'blocked') return 'still-blocked';
  return before?.phase === 'blocked' ? 'resumed' : 'not-blocked';
}

function nowIn({
  state,
  because,
}: {
  readonly state: { readonly phase: string };
  readonly because: string;
}): string {
  return `Now in phase "${state.phase}": ${because}.`;
}

function submitted(submission: SubmissionOutcome): Omit<CommandOutcome, 'status'> {
  return { message: SUBMITTED[submission.kind], submission };
}

const SUBMITTED: Readonly<Record<SubmissionOutcome['kind'], string>> = {
  accepted: 'Salesforce accepted it; the swap follows.',
  unusable: 'It was not tried: it cannot be what is wanted.',
  declined: 'It was not tried: nothing waits for it.',
  busy: 'It was not tried: another login is under way.',
  'too-soon': 'It was not tried: Salesforce refused it a moment ago.',
  rejected: 'Salesforce did not accept it.',
  unanswered: 'It was tried, and no definite answer came; the attempt counts as spent.',
  blocked: 'It was not accepted, because something else stands in the way.',
};
