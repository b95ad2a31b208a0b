import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createPending, FUNCTION_ARN, Harness, promote, refused, rotateTo, token } from './harness.ts';

const FIRST = token('first');
const NEXT = token('next');
const OTHER = token('other');

let sandbox: Harness;
let arn: string;

async function start(options: Parameters<typeof Harness.start>[0] = {}) {
  sandbox = await Harness.start({ retry: { attempts: 2, backoffSeconds: 60 }, ...options });
  const made = await sandbox.client.send(
    new CreateSecretCommand({ Name: 's', SecretString: 'old', ClientRequestToken: FIRST }),
  );
  arn = made.ARN ?? '';
}

beforeEach(() => start());

afterEach(() => sandbox.stop());

const rotate = (more: object = {}) =>
  sandbox.client.send(
    new RotateSecretCommand({
      SecretId: 's',
      ClientRequestToken: NEXT,
      RotationLambdaARN: FUNCTION_ARN,
      RotationRules: { AutomaticallyAfterDays: 30 },
      ...more,
    }),
  );
const put = (ClientRequestToken: string, SecretString: string, VersionStages?: string[]) =>
  sandbox.client.send(
    new PutSecretValueCommand({
      SecretId: 's',
      ClientRequestToken,
      SecretString,
      ...(VersionStages ? { VersionStages } : {}),
    }),
  );
const removePending = (RemoveFromVersionId: string) =>
  sandbox.client.send(
    new UpdateSecretVersionStageCommand({ SecretId: 's', VersionStage: 'AWSPENDING', RemoveFromVersionId }),
  );
const stages = async () =>
  (await sandbox.client.send(new DescribeSecretCommand({ SecretId: 's' }))).VersionIdsToStages;

/** A function that fails its first times at a step, then behaves. */
function failing(step: string, times: number) {
  let left = times;
  const behave = rotateTo('rotated');
  sandbox.rotationFunction = async (event, client) => {
    if (event.Step === step && left > 0) {
      left -= 1;
      throw new Error('the password is hunter2');
    }
    await behave(event, client);
  };
}

describe('a failed rotation is retried as a whole (API_DescribeSecret, NextRotationDate)', () => {
  test('createSecret that throws, then succeeds: the retry has the same version id', async () => {
    failing('createSecret', 1);
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toEqual(['createSecret']);
    sandbox.clock.advance({ seconds: 60 });
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps.slice(1)).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
    expect(new Set(sandbox.invocations.map((event) => event.ClientRequestToken))).toEqual(new Set([NEXT]));
    expect(await sandbox.value('s')).toBe('rotated');
    expect(sandbox.eventNames).toEqual([
      'RotationStarted',
      'RotationFailed',
      'RotationStarted',
      'RotationSucceeded',
    ]);
  });

  test('it starts again from createSecret, whichever step failed', async () => {
    failing('testSecret', 1);
    await rotate();
    await sandbox.engine.runDueRotations();
    sandbox.clock.advance({ seconds: 60 });
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps.slice(3)).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
  });

  test('the event names function and step, and no text of the function', async () => {
    failing('setSecret', 1);
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(sandbox.failures).toEqual([`Error when executing lambda ${FUNCTION_ARN} during setSecret step`]);
    expect(JSON.stringify(sandbox.events)).not.toContain('hunter2');
  });

  test('retries wait longer each time, by the injected clock, and end', async () => {
    failing('createSecret', 99);
    await rotate();
    await sandbox.engine.runDueRotations();
    sandbox.clock.advance({ seconds: 59 });
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toHaveLength(1);
    sandbox.clock.advance({ seconds: 1 });
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toHaveLength(2);
    sandbox.clock.advance({ seconds: 119 });
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toHaveLength(2);
    sandbox.clock.advance({ seconds: 1 });
    await sandbox.engine.runDueRotations();
    sandbox.clock.advance({ days: 1 });
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toHaveLength(3);
    expect((await stages())?.[NEXT]).toEqual(['AWSPENDING']);
  });

  test('a function that does not make its version current has failed', async () => {
    sandbox.rotationFunction = async (event, client) => {
      if (event.Step === 'createSecret') await createPending(event, client, 'new');
    };
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toHaveLength(4);
    expect(sandbox.failures[0]).toMatch(/AWSCURRENT/);
    expect(await sandbox.value('s')).toBe('old');
  });

  test('a finishSecret that fails after the promotion is repeated, and the rotation succeeds', async () => {
    let failed = false;
    sandbox.rotationFunction = async (event, client) => {
      await rotateTo('rotated')(event, client);
      if (event.Step !== 'finishSecret' || failed) return;
      failed = true;
      throw new Error('late');
    };
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('rotated');
    sandbox.clock.advance({ seconds: 60 });
    await sandbox.engine.runDueRotations();
    expect(sandbox.eventNames.at(-1)).toBe('RotationSucceeded');
  });

  test('a function that refuses an unknown step is no problem: only the four steps are sent', async () => {
    const known = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
    sandbox.rotationFunction = async (event, client) => {
      if (!known.includes(event.Step)) throw new Error('unknown step');
      await rotateTo('rotated')(event, client);
    };
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(sandbox.eventNames.at(-1)).toBe('RotationSucceeded');
  });

  test('a function that insists on another order of steps fails the rotation', async () => {
    let tested = false;
    sandbox.rotationFunction = async (event) => {
      if (event.Step === 'setSecret' && !tested) throw new Error('test first');
      tested ||= event.Step === 'testSecret';
    };
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toEqual(['createSecret', 'setSecret']);
    expect(sandbox.eventNames).toEqual(['RotationStarted', 'RotationFailed']);
  });
});

describe('a previous rotation that is not complete (API_RotateSecret)', () => {
  test('RotateSecret is refused and its new schedule is not taken', async () => {
    await rotate();
    await refused(
      rotate({ ClientRequestToken: OTHER, RotationRules: { AutomaticallyAfterDays: 7 } }),
      'InvalidRequestException',
      /previous rotation isn't complete/,
    );
    const described = await sandbox.client.send(new DescribeSecretCommand({ SecretId: 's' }));
    expect(described.RotationRules).toEqual({ AutomaticallyAfterDays: 30 });
    expect(Object.keys(described.VersionIdsToStages ?? {})).toEqual([FIRST, NEXT]);
  });

  test('the previous rotation is reattempted, with its own version id, though out of retries', async () => {
    failing('createSecret', 3);
    await rotate();
    for (let hour = 0; hour < 3; hour += 1) {
      await sandbox.engine.runDueRotations();
      sandbox.clock.advance({ hours: 1 });
    }
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('old');
    await refused(rotate({ ClientRequestToken: OTHER }), 'InvalidRequestException', /reattempted/);
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('rotated');
    expect(sandbox.invocations.at(-1)?.ClientRequestToken).toBe(NEXT);
  });

  test('the next window takes up the unfinished rotation', async () => {
    failing('createSecret', 3);
    await rotate();
    for (let hour = 0; hour < 4; hour += 1) {
      await sandbox.engine.runDueRotations();
      sandbox.clock.advance({ hours: 1 });
    }
    sandbox.clock.advance({ days: 30 });
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('rotated');
    expect(sandbox.invocations.at(-1)?.ClientRequestToken).toBe(NEXT);
  });

  test('removing AWSPENDING ends it, and a new rotation starts', async () => {
    failing('createSecret', 1);
    await rotate();
    await sandbox.engine.runDueRotations();
    await removePending(NEXT);
    sandbox.clock.advance({ hours: 1 });
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toHaveLength(1);
    await rotate({ ClientRequestToken: OTHER });
    await sandbox.engine.runDueRotations();
    expect(sandbox.invocations.at(-1)?.ClientRequestToken).toBe(OTHER);
    expect(await sandbox.value('s')).toBe('rotated');
  });
});

describe('only the function may write AWSPENDING (troubleshoot_rotation)', () => {
  const poisoned = (id: string) =>
    `Pending secret version ${id} for Secret ${arn} was not created by Lambda ${FUNCTION_ARN}. ` +
    'Remove the AWSPENDING staging label and restart rotation';

  test('a pending version put there before the rotation poisons it', async () => {
    await rotate();
    await sandbox.engine.runDueRotations();
    await put(OTHER, 'prepared by hand', ['AWSPENDING']);
    const again = { ClientRequestToken: token('again') };
    await refused(rotate(again), 'InvalidRequestException', /reattempted/);
    sandbox.invocations.length = 0;
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toEqual([]);
    expect(sandbox.failures).toEqual([poisoned(OTHER)]);
    await removePending(OTHER);
    sandbox.rotationFunction = rotateTo('again');
    await rotate(again);
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('again');
  });

  test('the placeholder filled by somebody else, with the right token, poisons the rotation', async () => {
    await rotate();
    await put(NEXT, 'filled from outside', ['AWSPENDING']);
    await sandbox.engine.runDueRotations();
    expect(sandbox.failures).toEqual([poisoned(NEXT)]);
    expect(await sandbox.value('s')).toBe('old');
  });

  test('AWSPENDING taken away to another token during createSecret poisons the rotation', async () => {
    sandbox.rotationFunction = async (event) => {
      if (event.Step === 'createSecret') await put(OTHER, 'wrong token', ['AWSPENDING']);
    };
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toEqual(['createSecret']);
    expect(sandbox.failures).toEqual([poisoned(OTHER)]);
    expect(await stages()).toEqual({ [FIRST]: ['AWSCURRENT'], [OTHER]: ['AWSPENDING'] });
  });

  test('a function with an assumed role must pass its RotationToken on', async () => {
    await sandbox.stop();
    await start({ requireRotationToken: true });
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(sandbox.failures).toEqual([poisoned(NEXT)]);
    await removePending(NEXT);
    sandbox.rotationFunction = async (event, client) => {
      if (event.Step === 'createSecret') {
        await client.send(
          new PutSecretValueCommand({
            SecretId: event.SecretId,
            ClientRequestToken: event.ClientRequestToken,
            RotationToken: event.RotationToken,
            SecretString: 'with token',
            VersionStages: ['AWSPENDING'],
          }),
        );
      }
      if (event.Step === 'finishSecret') await promote(event, client);
    };
    await rotate({ ClientRequestToken: OTHER });
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('with token');
  });

  test('a RotationToken that belongs to no rotation is refused', async () => {
    const call = new PutSecretValueCommand({ SecretId: 's', SecretString: 'x', RotationToken: OTHER });
    await refused(sandbox.client.send(call), 'InvalidRequestException');
  });
});

describe('a manual new value abandons the rotation (cloudtrail_log_entries, RotationAbandoned)', () => {
  test('AWSPENDING is removed, no further step runs, and the manual value stays', async () => {
    sandbox.rotationFunction = async (event, client) => {
      if (event.Step === 'createSecret') await createPending(event, client, 'rotated');
      if (event.Step === 'setSecret') await put(OTHER, 'by hand');
    };
    await rotate();
    await sandbox.engine.runDueRotations();
    sandbox.clock.advance({ hours: 1 });
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toEqual(['createSecret', 'setSecret']);
    expect(sandbox.eventNames).toEqual(['RotationStarted', 'RotationAbandoned']);
    expect(await stages()).toEqual({ [FIRST]: ['AWSPREVIOUS'], [OTHER]: ['AWSCURRENT'] });
  });

  test('UpdateSecret does so as well, also between two attempts', async () => {
    failing('createSecret', 1);
    await rotate();
    await sandbox.engine.runDueRotations();
    await sandbox.client.send(new UpdateSecretCommand({ SecretId: 's', SecretString: 'by hand' }));
    expect(sandbox.eventNames.at(-1)).toBe('RotationAbandoned');
    sandbox.rotationFunction = rotateTo('afterwards');
    await rotate({ ClientRequestToken: OTHER });
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('afterwards');
  });

  test('a new version with a label of its own abandons nothing', async () => {
    sandbox.rotationFunction = async (event, client) => {
      await rotateTo('rotated')(event, client);
      if (event.Step === 'setSecret') await put(OTHER, 'staged', ['ROTATION_STAGED']);
    };
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(sandbox.eventNames).toEqual(['RotationStarted', 'RotationSucceeded']);
    expect(await sandbox.value('s', 'ROTATION_STAGED')).toBe('staged');
  });

  test('without a rotation in progress a manual value emits no such event', async () => {
    await rotate();
    await sandbox.engine.runDueRotations();
    await removePending(NEXT);
    await put(OTHER, 'by hand');
    expect(sandbox.eventNames).not.toContain('RotationAbandoned');
  });
});

describe('the process dies', () => {
  const hang = () => new Promise<void>(() => undefined);

  test.each(['createSecret', 'setSecret', 'testSecret', 'finishSecret'])(
    'in %s: the rotation runs again from the start, with the same version id',
    async (fatal) => {
      let reached = () => undefined as undefined;
      const dying = new Promise<void>((resolve) => {
        reached = () => void resolve();
      });
      sandbox.rotationFunction = async (event, client) => {
        await rotateTo('rotated')(event, client);
        if (event.Step !== fatal) return;
        reached();
        await hang();
      };
      await rotate();
      void sandbox.engine.runDueRotations();
      await dying;
      sandbox.invocations.length = 0;
      sandbox.rotationFunction = rotateTo('rotated');
      await sandbox.restart();
      expect(sandbox.engine.nextRotationDueAt()).toEqual(sandbox.clock.now());
      await sandbox.engine.runDueRotations();
      expect(sandbox.steps).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
      expect(sandbox.invocations.every((event) => event.ClientRequestToken === NEXT)).toBe(true);
      expect(await sandbox.value('s')).toBe('rotated');
      expect(sandbox.eventNames.at(-1)).toBe('RotationSucceeded');
    },
  );

  test('between RotateSecret and the first step: the rotation still comes', async () => {
    await rotate();
    await sandbox.restart();
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('rotated');
  });

  test('the number of retries survives it', async () => {
    failing('createSecret', 99);
    await rotate();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await sandbox.engine.runDueRotations();
      await sandbox.restart();
      sandbox.clock.advance({ hours: 1 });
    }
    expect(sandbox.steps).toHaveLength(3);
  });
});
