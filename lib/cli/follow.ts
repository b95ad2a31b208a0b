import { setTimeout as pause } from 'node:timers/promises';
import type { CommandDoor } from '../core/ports/command-door.ts';
import type { CredentialStatus } from '../core/watch/status.ts';
import { CliError, EXIT, type ExitCode } from './exit-codes.ts';

const LOOK_EVERY_MILLISECONDS = 500;
/** A swap takes seconds; what takes longer goes on without anybody who looks. */
const MOST_LOOKS = 600;

/** How far it came while somebody looked. */
export interface Followed {
  readonly exitCode: ExitCode;
  readonly text: string;
  readonly phase: CredentialStatus['phase'];
}

export interface FollowOptions {
  readonly say: (text: string) => void;
  /** Between two looks. @default half a second */
  readonly rest?: () => Promise<void>;
}

const GOES_ON = 'The swap goes on by itself.';

/**
 * Looks at what follows an acceptance, until the swap is done or waits for
 * something. Each step is said once.
 */
export async function followSwap(
  door: CommandDoor,
  asked: { readonly credential: string; readonly by: string },
  first: CredentialStatus,
  { say, rest = () => pause(LOOK_EVERY_MILLISECONDS) }: FollowOptions,
): Promise<Followed> {
  let status = first;
  let said: CredentialStatus['phase'] | undefined;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const end = endOf(status);
    if (end !== undefined) return end;
    if (status.phase !== said) say(stepText(status.phase));
    said = status.phase;
    await rest();
    try {
      status = (await door.send({ action: 'status', ...asked })).status;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return {
        exitCode: EXIT.done,
        text: `${GOES_ON} Its progress cannot be seen: ${error.message}`,
        phase: status.phase,
      };
    }
  }
  return { exitCode: EXIT.done, text: `${GOES_ON} It is not done yet.`, phase: status.phase };
}

function endOf({ phase, waitingFor, message, remedy }: CredentialStatus): Followed | undefined {
  switch (phase) {
    case 'verified':
      return waitingFor.kind === 'due-time'
        ? { exitCode: EXIT.done, text: 'The swap comes at its due time. You are done.', phase }
        : undefined;
    case 'committing':
      return undefined;
    case 'blocked':
      return {
        exitCode: EXIT.declined,
        text: ['The rotation has stopped.', message, remedy].filter((text) => text !== undefined).join(' '),
        phase,
      };
    default:
      return { exitCode: EXIT.done, text: 'Done: every integration has the new credential.', phase };
  }
}

function stepText(phase: CredentialStatus['phase']): string {
  return phase === 'committing'
    ? 'Swap: every integration gets the new secret …'
    : 'Stage: the new secret of every integration is prepared …';
}
