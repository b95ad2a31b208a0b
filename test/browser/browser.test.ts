/**
 * The prompt page in a real Chromium. The suites are one test file, because they
 * share the browser, and because loading what they need takes longer than many
 * of them do.
 */
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { RotationBench } from '../support/rotation-bench.ts';
import { Visitor } from './support/visitor.ts';

/** The first time, it is unpacked. */
const LONGEST_START_MILLISECONDS = 120_000;

beforeAll(async () => {
  // What fails on purpose is not repeated by the SDK.
  process.env['AWS_MAX_ATTEMPTS'] = '1';
  await Visitor.openBrowser();
}, LONGEST_START_MILLISECONDS);

afterEach(async () => {
  const problems = await Visitor.leave();
  await RotationBench.closeAll();
  expect(problems).toEqual([]);
});

afterAll(() => Visitor.closeBrowser());

import './by-hand.suite.ts';
import './errors.suite.ts';
import './access.suite.ts';
import './looks.suite.ts';
