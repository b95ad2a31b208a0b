import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FixedClock } from '../support/fakes/fixed-clock.ts';
import { modelRuns } from './model-runs.ts';
import { rotationProperty } from './rotation.model.ts';
import { buildScene, type Strategy } from './scene.ts';

const { runs, seed } = modelRuns(process.env);
const STRATEGIES: readonly Strategy[] = ['single-user', 'alternating-users'];
const runsEach = Math.ceil(runs / STRATEGIES.length);
/** Slow and busy machines included; a run takes six milliseconds. */
const LONGEST_MILLISECONDS = 60_000 + runsEach * 100;

// The only way to repeat a run that went well; jest shows the names of failed tests only.
process.stderr.write(`Model of the rotation: ${runs} runs, MODEL_SEED=${seed}\n`);

describe('whatever is done to a rotation, in whatever order', () => {
  test.each(STRATEGIES)(
    '%s: in the end all secrets agree, or the credential is blocked with a true reason',
    async (strategy) => {
      const scene = await buildScene(strategy, new FixedClock());
      let rotations = 0;
      await fc.assert(
        rotationProperty(scene, ({ statistics }) => {
          rotations += statistics.completed;
        }),
        { numRuns: runsEach, seed },
      );
      // Runs in which nothing is ever rotated would prove nothing.
      expect(rotations).toBeGreaterThan(runsEach / 4);
    },
    LONGEST_MILLISECONDS,
  );
});
