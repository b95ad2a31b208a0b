import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as documented from '../deploy/documented.ts';

/** What the deploy test runs is what people read, and the other way round. */

const { ADD_INTEGRATION, BOOTSTRAP, CHECK, CONNECT_MAIL, DEPLOY, DESTROY, ROTATE_NOW, SEED, STATUS } =
  documented;

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** A section of a document, from its heading to the next of the same level. */
function section(text: string, heading: string): string {
  const [, after = ''] = text.split(`\n## ${heading}\n`);
  return after.split('\n## ')[0] ?? '';
}

/** The lines of all shell blocks, in their order. */
function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].flatMap(([, block = '']) =>
    block
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  );
}

test("README's Deploy section has the commands of the deploy test, in its order, and no others", () => {
  expect(commandsIn(section(read('README.md'), 'Deploy'))).toEqual([
    ...SEED,
    BOOTSTRAP,
    DEPLOY,
    CONNECT_MAIL,
    ROTATE_NOW,
    STATUS,
    ADD_INTEGRATION,
    CHECK,
    ...DESTROY,
  ]);
});

test('none of them is missing above', () => {
  const known = [SEED, BOOTSTRAP, DEPLOY, CONNECT_MAIL, ROTATE_NOW, STATUS, ADD_INTEGRATION, CHECK, DESTROY];
  expect(Object.values(documented).sort()).toEqual(known.sort());
});

describe("the operator's guide has the same commands", () => {
  const guide = read('docs/operations.md');

  test('from the first deployment to the last day', () => {
    expect(commandsIn(section(guide, 'First deployment'))).toEqual([
      ...SEED,
      BOOTSTRAP,
      DEPLOY,
      CONNECT_MAIL,
      ADD_INTEGRATION,
      CHECK,
      ...DESTROY,
    ]);
  });

  test('for rotating by hand', () => {
    expect(commandsIn(section(guide, 'Rotating by hand'))).toEqual([ROTATE_NOW, STATUS]);
  });
});
