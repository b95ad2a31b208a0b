import { mapConcurrently } from '../core/commit/map-concurrently.ts';
import type { OperatorDoor } from '../core/ports/command-door.ts';
import { severityOf } from '../core/watch/doctor/finding.ts';
import { doctorCourse } from './doctor-course.ts';
import { drawPatient } from './doctor-lines.ts';
import { CliError, EXIT } from './exit-codes.ts';
import { type FollowOptions, follow } from './follow.ts';
import type { Patient } from './patient.ts';
import type { Conversation, Ending } from './run.ts';

/** What `sfrotate doctor` works with. */
export interface DoctorTask extends Pick<Conversation, 'by' | 'say' | 'draw' | 'ifInterrupted'> {
  readonly door: OperatorDoor;
  /** All of them where none is named. */
  readonly credential: string | undefined;
  /** Whether what is safe is repaired. */
  readonly fix: boolean;
  /** Whether to follow what a repair has let go on. */
  readonly wait: boolean;
  /** Width of the terminal in cells; `undefined` where nobody sees it. */
  readonly width: number | undefined;
  /** Between two looks. */
  readonly rest?: FollowOptions['rest'];
}

/** Looks at once: each has the function read some dozens of secrets. */
const PARALLEL_LOOKS = 4;

/**
 * Looks at one credential, or at each of the fleet by a call of its own, so that
 * one that gives no answer keeps no other waiting. Repairs go one after the other.
 *
 * @throws CliError where not even the fleet can be asked for.
 */
export async function doctor(task: DoctorTask): Promise<Ending> {
  const names = await namesOf(task);
  let looked = 0;
  const patients = await mapConcurrently(names, task.fix ? 1 : PARALLEL_LOOKS, async (credential) => {
    if (task.fix && names.length > 1) task.say(`Repairing ${credential} …`);
    const patient = await orUnanswered(credential, () =>
      task.fix ? repaired(credential, task) : lookedAt(credential, task),
    );
    looked += 1;
    if (!task.fix && names.length > 1) task.say(`Looked at ${looked} of ${names.length}: ${credential}`);
    return patient;
  });
  task.draw(patients.flatMap((patient) => drawPatient(patient, task.width)));
  return endingOf(patients, task.fix);
}

async function namesOf({ door, credential }: DoctorTask): Promise<readonly string[]> {
  if (credential !== undefined) return [credential];
  return (await door.ask({ action: 'fleet' })).rows.map((row) => row.credential).toSorted();
}

/** What was given on the command line is answered as such; what no answer came for is shown among the others. */
async function orUnanswered(credential: string, look: () => Promise<Patient>): Promise<Patient> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.noAnswer) throw error;
    return { credential, unanswered: error.message };
  }
}

async function lookedAt(credential: string, { door }: DoctorTask): Promise<Patient> {
  const { message: _said, ...diagnosis } = await door.ask({ action: 'doctor', credential });
  return diagnosis;
}

async function repaired(credential: string, task: DoctorTask): Promise<Patient> {
  const { door, by, say, ifInterrupted, wait, rest } = task;
  ifInterrupted('What was begun goes on without this command. Nothing is lost; ask for the doctor again.');
  const { repair, status } = await door.send({ action: 'repair', credential, by });
  if (repair === undefined)
    throw new CliError(
      EXIT.noAnswer,
      'The function answered, but not what was repaired: it is of another version than this sfrotate.',
    );
  const { done, left, diagnosis } = repair;
  if (done.length === 0 || !wait) return { ...diagnosis, done, left };
  for (const sentence of done) say(sentence);
  const options = rest === undefined ? { say } : { say, rest };
  const { text } = await follow(doctorCourse(), door, { credential, by }, status, options);
  return { ...(await lookedAt(credential, task)), done, left, course: text };
}

function endingOf(patients: readonly Patient[], isRepair: boolean): Ending {
  const details = { credentials: patients };
  const unanswered = patients.filter((patient) => patient.unanswered !== undefined);
  if (unanswered.length > 0)
    return {
      exitCode: EXIT.noAnswer,
      text: `No answer of ${unanswered.length} of ${patients.length}: ${unanswered.map(({ credential }) => credential).join(', ')}. Ask for them by name.`,
      details,
    };
  const ill = patients.filter(({ findings = [] }) => severityOf(findings) === 'problem');
  if (ill.length === 0)
    return { exitCode: EXIT.done, text: 'Nothing is wrong that needs a person.', details };
  const count = `${ill.length} of ${patients.length} ${patients.length === 1 ? 'credential' : 'credentials'}`;
  const isFixable = ill.some(({ findings = [] }) => findings.some(({ fixable }) => fixable));
  const what =
    isRepair || !isFixable ? 'The remedies are above.' : 'Some of it is repaired by: sfrotate doctor --fix';
  return { exitCode: EXIT.waits, text: `Something is wrong with ${count}. ${what}`, details };
}
