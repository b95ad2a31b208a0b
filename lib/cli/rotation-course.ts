import { phaseName } from '../core/watch/fleet-words.ts';
import type { CredentialStatus } from '../core/watch/status.ts';
import { EXIT } from './exit-codes.ts';
import { type Course, type Followed, stoppedText } from './follow.ts';

/** Where somebody begins to follow a rotation. */
export interface RotationStart {
  readonly credential: string;
  /** The last one that had ended before. */
  readonly lastRotationId: string | undefined;
  /** What is said when a swap has ended it. */
  readonly doneText: string;
  /** How it ended where the credential rests and nothing was swapped. */
  readonly withoutSwap: Omit<Followed, 'phase'>;
}

/** A whole rotation: from the wish for it until it is swapped, is blocked, or a person has to do something. */
export function rotationCourse(start: RotationStart): Course {
  return {
    endOf(status) {
      const { phase, waitingFor } = status;
      if (phase === 'blocked') return { exitCode: EXIT.declined, text: stoppedText(status), phase };
      switch (waitingFor.kind) {
        case 'nothing':
          return { ...atRest(start, status), phase };
        case 'start':
        case 'operator':
        case 'due-time':
          return { exitCode: EXIT.waits, text: waitsText(start, status), phase };
        default:
          return undefined;
      }
    },

    stepText: ({ phase, waitingFor }) => `${capitalised(phaseName(phase))}: waiting for ${waitingFor.text} …`,

    unfinished({ phase, waitingFor }, unseenBecause) {
      const goesOn = 'The rotation goes on by itself.';
      return unseenBecause === undefined
        ? { exitCode: EXIT.waits, text: `${goesOn} It still waits for ${waitingFor.text}.`, phase }
        : { exitCode: EXIT.noAnswer, text: `${goesOn} Its progress cannot be seen: ${unseenBecause}`, phase };
    },
  };
}

function atRest(
  { lastRotationId, doneText, withoutSwap }: RotationStart,
  { lastRotation }: CredentialStatus,
): Omit<Followed, 'phase'> {
  return lastRotation === undefined || lastRotation.id === lastRotationId
    ? withoutSwap
    : { exitCode: EXIT.done, text: doneText };
}

function waitsText({ credential }: RotationStart, { waitingFor }: CredentialStatus): string {
  const waits = `It waits for ${waitingFor.text}.`;
  switch (waitingFor.kind) {
    case 'start':
      return `${waits} Whoever has it runs "sfrotate start ${credential}", or uses the link in the message.`;
    case 'operator':
      return `${waits} Whoever has it runs "sfrotate token ${credential}", or uses the link in the message.`;
    default:
      return waits;
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
