import { newestLink } from '../../../lib/sandbox/told-links.ts';
import { type BenchOptions, RotationBench, USERNAME } from '../../support/rotation-bench.ts';
import { ScriptedWire } from '../../support/scripted-wire.ts';
import { Visitor, type VisitorOptions } from './visitor.ts';

/** The label of the field for a token. */
export const TOKEN_FIELD = 'Security token, or the whole mail';
const TRY = 'Try this token';

export interface Scene {
  readonly bench: RotationBench;
  readonly wire: ScriptedWire;
  readonly person: Visitor;
  readonly link: string;
}

/** A rotation that only a person can go on with, and a person who has opened the link. */
export async function invited(options: BenchOptions = {}, visitor: VisitorOptions = {}): Promise<Scene> {
  const wire = new ScriptedWire();
  const bench = await RotationBench.start({ wire, ...options, scenario: { source: 'operator' } });
  await bench.request();
  const link = linkToldIn(bench);
  const person = await Visitor.arrive(visitor);
  await person.open(link);
  return { bench, wire, person, link };
}

/** As `invited`; Start is pressed, and the mail with the token has come. */
export async function waiting(options: BenchOptions = {}, visitor: VisitorOptions = {}): Promise<Scene> {
  const scene = await invited(options, visitor);
  await scene.bench.ask('start');
  await scene.bench.pass(5);
  await scene.person.lookAgain();
  return scene;
}

export function linkToldIn({ sandbox }: RotationBench): string {
  const link = newestLink(sandbox.messages);
  if (link === undefined) throw new Error('nobody was told a link');
  return link;
}

/** The token in force, as the newest mail has it. */
export function tokenOf({ sandbox }: RotationBench): string {
  const { token } = sandbox.salesforce.inspect(USERNAME);
  if (token === null) throw new Error('the user has no token');
  return token.value;
}

/** As `waiting`, for what somebody else changed in Salesforce: the password, by the rotation's back. */
export async function changedOutside(password: string, visitor: VisitorOptions = {}): Promise<Scene> {
  const wire = new ScriptedWire();
  const bench = await RotationBench.start({ wire, scenario: { source: 'operator' } });
  bench.sandbox.salesforce.changePasswordInUi(USERNAME, password);
  await bench.pass(5);
  await bench.ask('outside-change');
  await bench.sandbox.pump.settle();
  const link = linkToldIn(bench);
  const person = await Visitor.arrive(visitor);
  await person.open(link);
  return { bench, wire, person, link };
}

/** Brings a token, and waits for the answer. */
export async function bring(person: Visitor, pasted: string): Promise<void> {
  await person.paste(TOKEN_FIELD, pasted);
  await person.press(TRY);
}
