import type { CredentialStatus } from '../core/watch/status.ts';
import { EXIT } from './exit-codes.ts';
import { type Course, type Followed, stoppedText } from './follow.ts';

const GOES_ON = 'The swap goes on by itself.';

/** What follows an acceptance. A swap takes seconds; what takes longer goes on without anybody who looks. */
export const swapCourse: Course = {
  endOf(status: CredentialStatus): Followed | undefined {
    const { phase, waitingFor } = status;
    switch (phase) {
      case 'verified':
        return waitingFor.kind === 'due-time'
          ? { exitCode: EXIT.done, text: 'The swap comes at its due time. You are done.', phase }
          : undefined;
      case 'committing':
        return undefined;
      case 'blocked':
        return { exitCode: EXIT.declined, text: stoppedText(status), phase };
      default:
        return { exitCode: EXIT.done, text: 'Done: every integration has the new credential.', phase };
    }
  },

  stepText: ({ phase }) =>
    phase === 'committing'
      ? 'Swap: every integration gets the new secret …'
      : 'Stage: the new secret of every integration is prepared …',

  unfinished: ({ phase }, unseenBecause) => ({
    exitCode: EXIT.done,
    text:
      unseenBecause === undefined
        ? `${GOES_ON} It is not done yet.`
        : `${GOES_ON} Its progress cannot be seen: ${unseenBecause}`,
    phase,
  }),
};
