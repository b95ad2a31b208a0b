import type { OperatorDoor } from '../core/ports/command-door.ts';
import type { CommandOutcome, CommandResult } from '../core/watch/command.ts';
import type { FleetRow } from '../core/watch/fleet.ts';
import { phaseName, waitingText } from '../core/watch/fleet-words.ts';
import { CliError, EXIT } from './exit-codes.ts';
import { type FollowOptions, follow } from './follow.ts';
import { type RotationStart, rotationCourse } from './rotation-course.ts';
import type { Conversation, Ending } from './run.ts';

/** What the three commands share that let a rotation go on. */
export interface RotationTask extends Pick<Conversation, 'by' | 'say' | 'ifInterrupted'> {
  readonly door: OperatorDoor;
  readonly credential: string;
  /** Whether to follow what was asked for. */
  readonly wait: boolean;
  /** Whether a person wants it, who is told what it means in full sentences. */
  readonly confirm: (question: string, consequence: string) => Promise<boolean>;
  /** Between two looks. */
  readonly rest?: FollowOptions['rest'];
}

const NOT_WANTED: Ending = { exitCode: EXIT.declined, text: 'Nothing was asked for.' };
const SENT = 'It was asked for, and goes on without this command.';

/** Asks for a rotation. One that is under way already is followed instead. */
export async function rotate(task: RotationTask): Promise<Ending> {
  const row = await rowOf(task);
  if (row.kind === 'unreadable') return unreadable(row);
  const { rotateNow } = row;
  if (rotateNow.kind === 'withheld') return goOnWith(row, rotateNow.because, task);
  if (!(await task.confirm(`Rotate "${task.credential}"?`, rotateNow.consequence))) return NOT_WANTED;
  const outcome = await send('rotate-now', task);
  return goesOn(outcome, rotationStart(row, task), task);
}

/** Goes back to the credential before the last swap. */
export async function rollback(task: RotationTask): Promise<Ending> {
  const row = await rowOf(task);
  if (row.kind === 'unreadable') return unreadable(row);
  const consequence =
    'Every integration secret goes back to the credential before the last swap, or none does; Salesforce must accept it first, which one login tries.';
  if (!(await task.confirm(`Roll "${task.credential}" back?`, consequence))) return NOT_WANTED;
  const outcome = await send('rollback', task);
  const doneText = 'Done: every integration has the previous credential.';
  return goesOn(outcome, { ...rotationStart(row, task), doneText }, task);
}

/** Goes on after a refusal whose remedy was applied. */
export async function resume(task: RotationTask): Promise<Ending> {
  const row = await rowOf(task);
  if (row.kind === 'unreadable') return unreadable(row);
  const outcome = await send('resume', task);
  const withoutSwap = { exitCode: EXIT.done, text: 'Resumed; no rotation is under way or wanted now.' };
  return goesOn(outcome, { ...rotationStart(row, task), withoutSwap }, task);
}

async function rowOf({ door, credential }: RotationTask): Promise<FleetRow> {
  const [row] = (await door.ask({ action: 'fleet', credential })).rows;
  if (row !== undefined) return row;
  throw new CliError(EXIT.noAnswer, 'The function answered, but said nothing of the credential.');
}

async function send(
  action: 'rotate-now' | 'rollback' | 'resume',
  { door, credential, by, ifInterrupted }: RotationTask,
): Promise<CommandOutcome> {
  ifInterrupted(SENT);
  return door.send({ action, credential, by });
}

function rotationStart(row: FleetRow, { credential }: RotationTask): RotationStart {
  return {
    credential,
    lastRotationId: row.kind === 'known' ? row.lastRotation?.id : undefined,
    doneText: 'Done: every integration has the new credential.',
    withoutSwap: {
      exitCode: EXIT.declined,
      text: `It ended without a swap, and every integration keeps what it has. "sfrotate history ${credential}" says why.`,
    },
  };
}

/** A rotation is under way or blocked, so another cannot be asked for. */
async function goOnWith(
  row: Exclude<FleetRow, { kind: 'unreadable' }>,
  because: string,
  task: RotationTask,
): Promise<Ending> {
  const { credential, door, by, say, wait, ifInterrupted } = task;
  const text = `No rotation was asked for: ${because}.`;
  if (row.kind === 'unknown' || row.phase === 'blocked')
    return { exitCode: EXIT.declined, text: `${text} ${refusalText(row)}`.trim(), details: { credential } };
  if (!wait)
    return {
      exitCode: EXIT.declined,
      text: `${text} It waits for ${waitingText(row)}.`,
      details: { credential, phase: row.phase },
    };
  say(text);
  ifInterrupted('The rotation goes on without this command.');
  return followed(await door.send({ action: 'status', credential, by }), rotationStart(row, task), task);
}

function refusalText(row: FleetRow): string {
  return row.kind === 'known' ? sentences(row.message, row.remedy) : '';
}

/** What came of the command at once, and then, if somebody waits, of the rotation. */
async function goesOn(outcome: CommandOutcome, start: RotationStart, task: RotationTask): Promise<Ending> {
  const { message, result, status } = outcome;
  const details = { credential: task.credential, result: kindOf(result), phase: status.phase };
  const declined = declinedText(outcome);
  if (declined !== undefined) return { exitCode: EXIT.declined, text: declined, details };
  if (!task.wait) return { exitCode: EXIT.done, text: message, details };
  task.say(message);
  const ending = await followed(outcome, start, task);
  return { ...ending, details: { ...details, ...ending.details } };
}

async function followed(
  { status }: CommandOutcome,
  start: RotationStart,
  { door, credential, by, say, rest }: RotationTask,
): Promise<Ending> {
  const options = rest === undefined ? { say } : { say, rest };
  const { phase, ...end } = await follow(rotationCourse(start), door, { credential, by }, status, options);
  return { ...end, details: { credential, phase } };
}

function declinedText({ result, status }: CommandOutcome): string | undefined {
  if (result?.kind === 'refused') return sentences(result.message, result.remedy);
  if (result?.kind === 'not-blocked')
    return `It is not blocked, so there was nothing to resume. It is in the phase "${phaseName(status.phase)}".`;
  if (status.phase === 'blocked') return sentences('It is blocked.', status.message, status.remedy);
  return undefined;
}

function kindOf(result: CommandResult | undefined): CommandResult['kind'] {
  if (result !== undefined) return result.kind;
  throw new CliError(
    EXIT.noAnswer,
    'The function answered, but not what became of it: it is of another version than this sfrotate. "sfrotate status" shows where the credential stands.',
  );
}

function unreadable({ credential }: FleetRow): Ending {
  return {
    exitCode: EXIT.declined,
    text: `The ledger's record of "${credential}" cannot be read, so nothing was asked for. The function's log says why.`,
    details: { credential },
  };
}

function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}
