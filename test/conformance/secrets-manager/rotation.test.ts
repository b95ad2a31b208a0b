import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FUNCTION_ARN, Harness, refused, rotateTo, token } from './harness.ts';

const FIRST = token('first');
const NEXT = token('next');
const DAILY = { AutomaticallyAfterDays: 30 };

let sandbox: Harness;
let arn: string;

beforeEach(async () => {
  sandbox = await Harness.start();
  const made = await sandbox.client.send(
    new CreateSecretCommand({ Name: 's', SecretString: 'old', ClientRequestToken: FIRST }),
  );
  arn = made.ARN ?? '';
});

afterEach(() => sandbox.stop());

const rotate = (more: object = {}) =>
  sandbox.client.send(
    new RotateSecretCommand({
      SecretId: 's',
      ClientRequestToken: NEXT,
      RotationLambdaARN: FUNCTION_ARN,
      RotationRules: DAILY,
      ...more,
    }),
  );
const described = () => sandbox.client.send(new DescribeSecretCommand({ SecretId: 's' }));
const stages = async () => (await described()).VersionIdsToStages;

describe('RotateSecret is asynchronous (API_RotateSecret, rotate-secrets_lambda-functions)', () => {
  test('it answers at once with the new version id, before any step', async () => {
    expect((await rotate()).VersionId).toBe(NEXT);
    expect(sandbox.steps).toEqual([]);
    expect(await sandbox.value('s')).toBe('old');
  });

  test('it makes an AWSPENDING version id without a value (API_DescribeSecret)', async () => {
    await rotate();
    expect(await stages()).toEqual({ [FIRST]: ['AWSCURRENT'], [NEXT]: ['AWSPENDING'] });
    await refused(sandbox.value('s', 'AWSPENDING'), 'ResourceNotFoundException', /AWSPENDING/);
    const byId = new GetSecretValueCommand({ SecretId: 's', VersionId: NEXT });
    await refused(sandbox.client.send(byId), 'ResourceNotFoundException');
  });

  test('the function gets the four steps in order, with the ARN and the version id', async () => {
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
    for (const event of sandbox.invocations) {
      expect(event).toMatchObject({ SecretId: arn, ClientRequestToken: NEXT });
    }
  });

  test('after finishSecret the new version is current, and the rotation has succeeded', async () => {
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('rotated');
    expect(await sandbox.value('s', 'AWSPREVIOUS')).toBe('old');
    expect(sandbox.eventNames).toEqual(['RotationStarted', 'RotationSucceeded']);
    expect((await described()).LastRotatedDate).toEqual(sandbox.clock.now());
    expect(sandbox.engine.nextRotationDueAt()).toEqual(new Date('2026-12-01T00:00:00Z'));
  });

  test('AWSPENDING left on the current version does not hold up the next rotation', async () => {
    await rotate();
    await sandbox.engine.runDueRotations();
    expect((await stages())?.[NEXT]).toEqual(['AWSPENDING', 'AWSCURRENT']);
    sandbox.rotationFunction = rotateTo('again');
    await rotate({ ClientRequestToken: token('third') });
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('again');
    expect(await stages()).toEqual({
      [NEXT]: ['AWSPREVIOUS'],
      [token('third')]: ['AWSPENDING', 'AWSCURRENT'],
    });
  });

  test('AWSPENDING may also be on no version after a success', async () => {
    sandbox.rotationFunction = async (event, client) => {
      await rotateTo('rotated')(event, client);
      if (event.Step !== 'finishSecret') return;
      const clear = { SecretId: 's', VersionStage: 'AWSPENDING', RemoveFromVersionId: NEXT };
      await client.send(new UpdateSecretVersionStageCommand(clear));
    };
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(await stages()).toEqual({ [FIRST]: ['AWSPREVIOUS'], [NEXT]: ['AWSCURRENT'] });
    expect(sandbox.eventNames).toEqual(['RotationStarted', 'RotationSucceeded']);
  });

  test('a pending version may not be readable right after createSecret (aws-sdk-js-v3 issue 7701)', async () => {
    sandbox.engine.setStaleReads({ reads: 1 });
    const seen: string[] = [];
    sandbox.rotationFunction = async (event, client) => {
      await rotateTo('rotated')(event, client);
      if (event.Step !== 'setSecret') return;
      for (let read = 0; read < 2; read += 1) {
        await sandbox.value('s', 'AWSPENDING').then(
          (value) => seen.push(value ?? ''),
          (error: Error) => seen.push(error.name),
        );
      }
    };
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(seen).toEqual(['ResourceNotFoundException', 'rotated']);
  });

  test('with autoRun it runs in the background, right after the answer', async () => {
    await sandbox.stop();
    sandbox = await Harness.start({ autoRun: true });
    await sandbox.client.send(new CreateSecretCommand({ Name: 's', SecretString: 'old' }));
    await rotate();
    await sandbox.engine.settled();
    expect(await sandbox.value('s')).toBe('rotated');
  });

  test('its events are CloudTrail service events that name the secret (cloudtrail_log_entries)', async () => {
    await rotate();
    await sandbox.engine.runDueRotations();
    expect(sandbox.events.find((event) => 'eventName' in event.detail)).toMatchObject({
      source: 'aws.secretsmanager',
      'detail-type': 'AWS Service Event via CloudTrail',
      detail: { eventName: 'RotationStarted', additionalEventData: { SecretId: arn } },
    });
  });

  test('a label that moves is an event, AWSPENDING and AWSPREVIOUS are not (secret-event-notifications)', async () => {
    await rotate();
    await sandbox.engine.runDueRotations();
    const labels = sandbox.events.flatMap((event) => ('labelUpdated' in event.detail ? [event.detail] : []));
    expect(labels).toEqual([
      { name: 's', labelUpdated: 'AWSCURRENT', versionId: FIRST },
      { name: 's', labelUpdated: 'AWSCURRENT', versionId: NEXT },
    ]);
  });

  test('whoever moves a label: the event names secret, label and version, and the ARN as its resource (event-detail-secret-label-updated)', async () => {
    const put = await sandbox.client.send(
      new PutSecretValueCommand({
        SecretId: 's',
        SecretString: 'by hand',
        VersionStages: ['AWSCURRENT', 'MINE'],
      }),
    );
    await sandbox.client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 's',
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: FIRST,
        RemoveFromVersionId: put.VersionId,
      }),
    );
    const moved = (labelUpdated: string, versionId: string | undefined) => ({
      version: '0',
      id: expect.any(String),
      'detail-type': 'Secret Label Updated',
      source: 'aws.secretsmanager',
      account: expect.stringMatching(/^\d{12}$/),
      time: expect.any(String),
      region: expect.any(String),
      resources: [arn],
      detail: { name: 's', labelUpdated, versionId },
    });
    const [created, ...byHand] = sandbox.events;
    expect(created).toEqual(moved('AWSCURRENT', FIRST));
    expect(byHand).toEqual([
      moved('AWSCURRENT', put.VersionId),
      moved('MINE', put.VersionId),
      moved('AWSCURRENT', FIRST),
    ]);
  });
});

describe('what RotateSecret takes', () => {
  test('a function is needed the first time, and remembered', async () => {
    await refused(
      sandbox.client.send(new RotateSecretCommand({ SecretId: 's' })),
      'InvalidRequestException',
      /Lambda/,
    );
    await rotate();
    await sandbox.engine.runDueRotations();
    sandbox.rotationFunction = rotateTo('again');
    await sandbox.client.send(new RotateSecretCommand({ SecretId: 's' }));
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('again');
  });

  test('the token of the current version repeats a finished rotation and does nothing', async () => {
    await rotate();
    await sandbox.engine.runDueRotations();
    expect((await rotate()).VersionId).toBe(NEXT);
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toHaveLength(4);
  });

  test('a refused configuration changes nothing', async () => {
    await refused(rotate({ RotationRules: { AutomaticallyAfterDays: 1001 } }), 'InvalidParameterException');
    expect((await described()).RotationEnabled).toBeUndefined();
  });
});

describe('RotateImmediately=false tests the configuration (API_RotateSecret)', () => {
  test('only testSecret runs, on a temporary AWSPENDING version that is then removed', async () => {
    const seen: (string | undefined)[] = [];
    sandbox.rotationFunction = async () => {
      seen.push(await sandbox.value('s', 'AWSPENDING'));
    };
    await rotate({ RotateImmediately: false });
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toEqual(['testSecret']);
    expect(seen).toEqual(['old']);
    expect(await stages()).toEqual({ [FIRST]: ['AWSCURRENT'] });
    expect(sandbox.eventNames).toEqual(['TestRotationStarted', 'TestRotationSucceeded']);
  });

  test('a test that has not run yet stays a test when RotateSecret is called again', async () => {
    await rotate({ RotateImmediately: false });
    await refused(
      rotate({ ClientRequestToken: token('again') }),
      'InvalidRequestException',
      /previous rotation/,
    );
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toEqual(['testSecret']);
    expect(await stages()).toEqual({ [FIRST]: ['AWSCURRENT'] });
  });

  test('a failed test leaves rotation on, is not repeated, and rotates nothing', async () => {
    sandbox.rotationFunction = () => Promise.reject(new Error('no'));
    await rotate({ RotateImmediately: false });
    await sandbox.engine.runDueRotations();
    sandbox.clock.advance({ hours: 1 });
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toEqual(['testSecret']);
    expect(sandbox.eventNames).toEqual(['TestRotationStarted', 'TestRotationFailed']);
    expect(await described()).toMatchObject({ RotationEnabled: true });
    expect(await stages()).toEqual({ [FIRST]: ['AWSCURRENT'] });
    expect((await described()).LastRotatedDate).toBeUndefined();
  });
});

describe('the empty placeholder', () => {
  beforeEach(() => rotate());

  test('is the one version that PutSecretValue may fill, once', async () => {
    const outcomes: string[] = [];
    sandbox.rotationFunction = async (event, client) => {
      if (event.Step !== 'createSecret') return;
      for (const SecretString of ['filled', 'filled', 'changed']) {
        const put = new PutSecretValueCommand({
          SecretId: event.SecretId,
          ClientRequestToken: event.ClientRequestToken,
          SecretString,
          VersionStages: ['AWSPENDING'],
        });
        await client.send(put).then(
          (answer) => outcomes.push(answer.VersionStages?.join() ?? ''),
          (error: Error) => outcomes.push(error.name),
        );
      }
    };
    await sandbox.engine.runDueRotations();
    expect(outcomes).toEqual(['AWSPENDING', 'AWSPENDING', 'ResourceExistsException']);
    expect(await sandbox.value('s', 'AWSPENDING')).toBe('filled');
  });

  test('cannot become current: no label moves to a version without a value', async () => {
    const move = new UpdateSecretVersionStageCommand({
      SecretId: 's',
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: NEXT,
      RemoveFromVersionId: FIRST,
    });
    await refused(sandbox.client.send(move), 'ResourceNotFoundException');
    expect(await sandbox.value('s')).toBe('old');
  });

  test('is gone when AWSPENDING is removed from it', async () => {
    await sandbox.client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 's',
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: NEXT,
      }),
    );
    const listed = sandbox.engine.listSecretVersionIds({ SecretId: 's', IncludeDeprecated: true });
    expect(listed.Versions?.map((version) => version.VersionId)).toEqual([FIRST]);
  });

  test('keeps AWSPENDING when it is filled with another label', async () => {
    sandbox.rotationFunction = async (event, client) => {
      if (event.Step !== 'createSecret') return;
      await client.send(
        new PutSecretValueCommand({
          SecretId: event.SecretId,
          ClientRequestToken: event.ClientRequestToken,
          SecretString: 'filled',
          VersionStages: ['MINE'],
        }),
      );
    };
    await sandbox.engine.runDueRotations();
    expect((await stages())?.[NEXT]).toEqual(['AWSPENDING', 'MINE']);
  });
});

describe('CancelRotateSecret (API_CancelRotateSecret)', () => {
  const cancel = () => sandbox.client.send(new CancelRotateSecretCommand({ SecretId: 's' }));

  test('turns rotation off, keeps its rules, and leaves AWSPENDING', async () => {
    await rotate();
    expect((await cancel()).VersionId).toBe(NEXT);
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toEqual([]);
    expect((await stages())?.[NEXT]).toEqual(['AWSPENDING']);
    const after = await described();
    expect(after).toMatchObject({ RotationEnabled: false, RotationRules: DAILY });
    expect(after.NextRotationDate).toBeUndefined();
    expect(sandbox.engine.nextRotationDueAt()).toBeUndefined();
  });

  test('the label that it left blocks the next rotation until it is removed', async () => {
    await rotate();
    await cancel();
    await refused(
      rotate({ ClientRequestToken: token('again') }),
      'InvalidRequestException',
      /previous rotation/,
    );
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toEqual([]);
    await sandbox.client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 's',
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: NEXT,
      }),
    );
    await rotate({ ClientRequestToken: token('again') });
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('rotated');
  });

  test('in the middle of a rotation no further step runs', async () => {
    await rotate();
    sandbox.rotationFunction = async (event, client) => {
      await rotateTo('rotated')(event, client);
      if (event.Step === 'setSecret') await cancel();
    };
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toEqual(['createSecret', 'setSecret']);
    expect(await sandbox.value('s')).toBe('old');
    expect(sandbox.eventNames).toEqual(['RotationStarted']);
  });

  test('is refused when there is no rotation', async () => {
    await refused(cancel(), 'InvalidRequestException');
  });
});

describe('the schedule (rotate-secrets_schedule, API_RotationRulesType)', () => {
  test('NextRotationDate is the end of the last day of the interval', async () => {
    await rotate({ RotateImmediately: false });
    expect((await described()).NextRotationDate).toEqual(new Date('2026-12-01T23:59:59Z'));
  });

  test('a scheduled rotation starts when its window opens, and not before', async () => {
    await rotate({ RotateImmediately: false });
    await sandbox.engine.runDueRotations();
    sandbox.clock.advance({ days: 29, hours: 13 });
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('old');
    sandbox.clock.advance({ hours: 1 });
    expect(sandbox.engine.nextRotationDueAt()?.getTime()).toBeLessThan(sandbox.clock.now().getTime());
    await sandbox.engine.runDueRotations();
    expect(await sandbox.value('s')).toBe('rotated');
    expect((await described()).NextRotationDate).toEqual(new Date('2026-12-31T23:59:59Z'));
  });

  test('a failed scheduled rotation leaves NextRotationDate in the past (API_DescribeSecret)', async () => {
    sandbox.rotationFunction = () => Promise.reject(new Error('no'));
    await rotate({ RotateImmediately: false });
    await sandbox.engine.runDueRotations();
    sandbox.clock.advance({ days: 33 });
    await sandbox.engine.runDueRotations();
    expect((await described()).NextRotationDate?.getTime()).toBeLessThan(sandbox.clock.now().getTime());
  });

  test('a manual new value counts as a rotation', async () => {
    await rotate({ RotateImmediately: false });
    await sandbox.engine.runDueRotations();
    sandbox.clock.advance({ days: 10 });
    await sandbox.client.send(new PutSecretValueCommand({ SecretId: 's', SecretString: 'by hand' }));
    expect((await described()).NextRotationDate).toEqual(new Date('2026-12-11T23:59:59Z'));
  });

  test.each([
    ['rate(4 hours)', undefined, '2026-11-01T12:00:00Z', '2026-11-01T12:59:59Z'],
    ['rate(12 hours)', '3h', '2026-11-01T12:00:00Z', '2026-11-01T14:59:59Z'],
    ['rate(10 days)', undefined, '2026-11-11T00:00:00Z', '2026-11-11T23:59:59Z'],
    ['cron(0 16 1,15 * ? *)', undefined, '2026-11-01T16:00:00Z', '2026-11-01T23:59:59Z'],
    ['cron(0 21 L * ? *)', '2h', '2026-11-30T21:00:00Z', '2026-11-30T22:59:59Z'],
    ['cron(0 8 ? * MON#1 *)', '3h', '2026-11-02T08:00:00Z', '2026-11-02T10:59:59Z'],
    ['cron(0 /8 * * ? *)', undefined, '2026-11-01T16:00:00Z', '2026-11-01T16:59:59Z'],
    ['cron(0 4 1 JAN/3 ? *)', undefined, '2027-01-01T04:00:00Z', '2027-01-01T23:59:59Z'],
  ])('%s with a window of %s opens at %s', async (ScheduleExpression, Duration, opens, closes) => {
    const rules = Duration ? { ScheduleExpression, Duration } : { ScheduleExpression };
    await rotate({ RotateImmediately: false, RotationRules: rules });
    await sandbox.engine.runDueRotations();
    expect(sandbox.engine.nextRotationDueAt()).toEqual(new Date(opens));
    expect((await described()).NextRotationDate).toEqual(new Date(closes));
  });

  test.each([
    { AutomaticallyAfterDays: 0 },
    { AutomaticallyAfterDays: 30, ScheduleExpression: 'rate(30 days)' },
    {},
    { ScheduleExpression: 'rate(3 hours)' },
    { ScheduleExpression: 'rate(1001 days)' },
    { ScheduleExpression: 'every day' },
    { ScheduleExpression: 'cron(30 4 * * ? *)' },
    { ScheduleExpression: 'cron(0 4 * * ? 2027)' },
    { ScheduleExpression: 'cron(0 4 1 * MON *)' },
    { ScheduleExpression: 'cron(0 /2 * * ? *)' },
    { ScheduleExpression: 'cron(0 22 * * ? *)', Duration: '3h' },
    { ScheduleExpression: 'rate(4 hours)', Duration: '5h' },
    { AutomaticallyAfterDays: 30, Duration: '25h' },
    { AutomaticallyAfterDays: 30, Duration: '3d' },
  ])('rules that the service does not take are refused: %j', async (RotationRules) => {
    await refused(rotate({ RotationRules }), 'InvalidParameterException');
  });

  test('a secret scheduled for deletion is not rotated', async () => {
    await rotate({ RotateImmediately: false });
    await sandbox.engine.runDueRotations();
    sandbox.engine.deleteSecret({ SecretId: 's' });
    sandbox.clock.advance({ days: 29, hours: 20 });
    await sandbox.engine.runDueRotations();
    expect(sandbox.steps).toEqual(['testSecret']);
    expect(sandbox.engine.nextRotationDueAt()).toBeUndefined();
  });
});
