import { describe, expect, test } from '@jest/globals';
import { HAPPENINGS, letHappen, loginOf, prepare, REMEDIES } from '../../../support/cause-happenings.ts';
import { CauseScene, HOUR } from '../../../support/cause-scene.ts';
import { CAUSES, type CauseCase, casesOf } from '../../../support/causes.ts';

/** Each row of the operator's table, for each strategy and policy that it is for. */

const CASES = casesOf(CAUSES);

/** A scene in which it has come about, and one look was had. */
async function sceneOf({ cause, strategy, policy }: CauseCase): Promise<CauseScene> {
  const scene = new CauseScene(strategy, policy, loginOf(cause));
  await prepare(scene, cause);
  scene.begin();
  await letHappen(scene, cause);
  return scene;
}

describe('what comes about behind the back of the service', () => {
  test.each(CASES)('$cause, $strategy, $policy', async (one) => {
    const scene = await sceneOf(one);
    expect(await scene.outcome()).toEqual(one.row.seen);
  });

  test.each(CASES)('$cause, $strategy, $policy: is told once, with the remedy, and kept', async (one) => {
    const scene = await sceneOf(one);
    expect(await scene.withoutRemedy()).toEqual([]);
    expect(await scene.missingInHistory()).toEqual([]);
    scene.begin();
    await scene.later();
    await scene.later(HOUR);
    const { told, logins } = await scene.outcome();
    expect({ told, logins }).toEqual({ told: [], logins: { look: 0, rotation: 0 } });
  });
});

const WITH_REMEDY = CASES.flatMap((one) => {
  const { remedy, after } = one.row;
  return remedy === undefined || after === undefined ? [] : [{ ...one, remedy, after }];
});

describe('what is done about it', () => {
  test.each(WITH_REMEDY)('$cause, $strategy, $policy: $remedy', async ({ remedy, after, ...one }) => {
    const scene = await sceneOf(one);
    scene.begin();
    await REMEDIES[remedy](scene, one.cause);
    const { repair: _said, ...outcome } = await scene.outcome();
    expect(outcome).toEqual(after);
    expect(await scene.withoutRemedy()).toEqual([]);
  });
});

describe('the table', () => {
  test('has each cause', () => {
    expect(new Set(CAUSES.map(({ cause }) => cause))).toEqual(new Set(Object.keys(HAPPENINGS)));
  });

  test('has one row at most for a cause, a strategy and a policy', () => {
    const keys = CASES.map(({ cause, strategy, policy }) => `${cause} ${strategy} ${policy}`);
    expect(keys).toHaveLength(new Set(keys).size);
  });

  test('says for each row what to do, or that there is nothing', () => {
    const silent = CAUSES.filter(({ remedy, after }) => (remedy === undefined) !== (after === undefined));
    expect(silent).toEqual([]);
  });
});
