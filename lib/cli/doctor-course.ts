import type { CredentialStatus } from '../core/watch/status.ts';
import { EXIT } from './exit-codes.ts';
import type { Course } from './follow.ts';
import { rotationCourse } from './rotation-course.ts';

/** A mail may come at once; one that does not is not waited for. */
const MOST_LOOKS_FOR_A_MAIL = 20;

/** What goes on after a repair: until it is done, or waits for a person, a mail or its time. */
export function doctorCourse(): Course {
  const course = rotationCourse({
    credential: '',
    lastRotationId: undefined,
    doneText: 'No rotation is under way any more.',
    withoutSwap: { exitCode: EXIT.done, text: 'No rotation is under way.' },
  });
  let looksForAMail = 0;
  return {
    ...course,
    endOf(status: CredentialStatus) {
      const { phase, waitingFor } = status;
      switch (waitingFor.kind) {
        case 'start':
        case 'operator':
          return { exitCode: EXIT.waits, text: `It waits for ${waitingFor.text}.`, phase };
        case 'token-mail':
          looksForAMail += 1;
          return looksForAMail > MOST_LOOKS_FOR_A_MAIL
            ? { exitCode: EXIT.waits, text: `It waits for ${waitingFor.text}.`, phase }
            : undefined;
        default:
          return course.endOf(status);
      }
    },
  };
}
