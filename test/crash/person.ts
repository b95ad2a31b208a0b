import { createHash } from 'node:crypto';
import type { RotationBench } from '../support/rotation-bench.ts';
import type { Finding } from './finding.ts';
import { FORMS, foreignPart, withNote } from './integration-forms.ts';

/** Somebody who changes notes in the integrations' secrets meanwhile, and wants to find them there afterwards. */
export class Person {
  readonly #bench: RotationBench;
  #expected: Map<string, string>;
  /** In this sandbox, so that each leaves another note. */
  #edits = 0;
  #editsOfRun = 0;

  constructor(bench: RotationBench) {
    this.#bench = bench;
    this.#expected = foreignParts(bench);
  }

  /** A rotation begins. */
  begin(): void {
    this.#editsOfRun = 0;
    this.#expected = foreignParts(this.#bench);
  }

  /** Changes the note of one secret by hand; which one depends on the name of the run only. */
  edit(run: string): void {
    const { secrets } = this.#bench;
    const pick =
      createHash('sha256').update(`${run} ${this.#editsOfRun}`).digest().readUInt32BE() % FORMS.length;
    const form = FORMS[pick];
    if (form === undefined) return;
    this.#edits += 1;
    this.#editsOfRun += 1;
    secrets.put(form.secret, withNote(secrets.text(form.secret), this.#edits));
    this.#expected.set(form.secret, withNote(this.#expected.get(form.secret) ?? '', this.#edits));
  }

  /** The secrets in which anything but the login is not as it was left. */
  findings(): readonly Finding[] {
    const found = foreignParts(this.#bench);
    return [...this.#expected]
      .filter(([secret, expected]) => found.get(secret) !== expected)
      .map(([secret]) => ({ kind: 'other', text: `what is not the login of ${secret} was changed` }));
  }
}

function foreignParts({ secrets }: RotationBench): Map<string, string> {
  return new Map(FORMS.map((form) => [form.secret, foreignPart(form, secrets.text(form.secret))]));
}
