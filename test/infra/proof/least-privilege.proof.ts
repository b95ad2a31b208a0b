import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readRecordings } from '../../support/calls/recordings.ts';
import { PROJECT_ROOT } from '../example.ts';
import { Proof } from './proof.ts';
import { SERVICE_SIDE } from './service-side.ts';

/**
 * Least privilege, from what the functions did in the flow tests of the same run.
 * It is not one of the suites, because they all come before it.
 */
const proof = new Proof(readRecordings());
const FUNCTIONS = readdirSync(`${PROJECT_ROOT}/lambdas`).sort();

test('each function is deployed, and no other', () => {
  expect(proof.functions).toEqual(FUNCTIONS);
});

test('each function was run by a flow test, and each call says which function made it', () => {
  expect(proof.callers).toEqual(FUNCTIONS);
});

describe.each(FUNCTIONS)('%s', (name) => {
  test('may do everything that it did', () => {
    expect(proof.refused(name)).toEqual([]);
  });

  test('may do nothing that it never did', () => {
    expect(proof.unused(name, SERVICE_SIDE)).toEqual([]);
  });
});

test.each(SERVICE_SIDE)('$actions is granted without a call of the function: $reason', (entry) => {
  expect(proof.needless(entry)).toEqual([]);
});
