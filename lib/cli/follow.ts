import { setTimeout as pause } from 'node:timers/promises';
import type { CommandDoor } from '../core/ports/command-door.ts';
import type { CredentialStatus } from '../core/watch/status.ts';
import { CliError, type ExitCode } from './exit-codes.ts';

const LOOK_EVERY_MILLISECONDS = 500;
const MOST_LOOKS = 600;

/** How far it came while somebody looked. */
export interface Followed {
  readonly exitCode: ExitCode;
  readonly text: string;
  readonly phase: CredentialStatus['phase'];
}

/** What is followed, in its own words. */
export interface Course {
  /** `undefined` while it goes on by itself. */
  endOf(status: CredentialStatus): Followed | undefined;
  /** What happens now; said once as long as it stays the same. */
  stepText(status: CredentialStatus): string;
  /** Nobody could look any more, or it took longer than anybody looks. */
  unfinished(status: CredentialStatus, unseenBecause?: string): Followed;
}

export interface FollowOptions {
  readonly say: (text: string) => void;
  /** Between two looks. @default half a second */
  readonly rest?: () => Promise<void>;
}

/** Looks at one credential until its course has come to an end. Each step is said once. */
export async function follow(
  course: Course,
  door: CommandDoor,
  asked: { readonly credential: string; readonly by: string },
  first: CredentialStatus,
  { say, rest = () => pause(LOOK_EVERY_MILLISECONDS) }: FollowOptions,
): Promise<Followed> {
  let status = first;
  let said: string | undefined;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const end = course.endOf(status);
    if (end !== undefined) return end;
    const step = course.stepText(status);
    if (step !== said) say(step);
    said = step;
    await rest();
    try {
      status = (await door.send({ action: 'status', ...asked })).status;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return course.unfinished(status, error.message);
    }
  }
  return course.unfinished(status);
}

/** A refusal that came while somebody looked: why, and what to do. */
export function stoppedText({ message, remedy }: CredentialStatus): string {
  return ['The rotation has stopped.', message, remedy].filter((text) => text !== undefined).join(' ');
}
