import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Harness, refused, token } from './harness.ts';

const ONE = token('one');
const TWO = token('two');

let sandbox: Harness;

beforeEach(async () => {
  sandbox = await Harness.start();
  await sandbox.client.send(
    new CreateSecretCommand({ Name: 's', SecretString: '1', ClientRequestToken: ONE }),
  );
  await sandbox.client.send(
    new PutSecretValueCommand({
      SecretId: 's',
      SecretString: '2',
      ClientRequestToken: TWO,
      VersionStages: ['STAGED'],
    }),
  );
});

afterEach(() => sandbox.stop());

const move = (VersionStage: string, to?: string, from?: string) =>
  sandbox.client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: 's',
      VersionStage,
      ...(to ? { MoveToVersionId: to } : {}),
      ...(from ? { RemoveFromVersionId: from } : {}),
    }),
  );

const stages = async () =>
  (await sandbox.client.send(new DescribeSecretCommand({ SecretId: 's' }))).VersionIdsToStages;

describe('UpdateSecretVersionStage as a compare-and-swap (API_UpdateSecretVersionStage)', () => {
  test('the swap succeeds when RemoveFromVersionId is where the label is', async () => {
    await move('AWSCURRENT', TWO, ONE);
    expect(await sandbox.value('s')).toBe('2');
  });

  test('moving AWSCURRENT moves AWSPREVIOUS by itself and leaves other labels alone', async () => {
    await move('AWSCURRENT', TWO, ONE);
    expect(await stages()).toEqual({ [ONE]: ['AWSPREVIOUS'], [TWO]: ['STAGED', 'AWSCURRENT'] });
  });

  test('moving AWSCURRENT back exchanges the two labels', async () => {
    await move('AWSCURRENT', TWO, ONE);
    await move('AWSCURRENT', ONE, TWO);
    expect(await stages()).toEqual({ [ONE]: ['AWSCURRENT'], [TWO]: ['STAGED', 'AWSPREVIOUS'] });
  });

  test('the swap is lost, and nothing moves, when the label is elsewhere', async () => {
    await refused(move('AWSCURRENT', TWO, TWO), 'InvalidParameterException', /RemoveFromVersionId/);
    expect(await stages()).toEqual({ [ONE]: ['AWSCURRENT'], [TWO]: ['STAGED'] });
  });

  test('of two clients that swap from the same base, the second one loses', async () => {
    const three = token('three');
    await sandbox.client.send(
      new PutSecretValueCommand({
        SecretId: 's',
        SecretString: '3',
        ClientRequestToken: three,
        VersionStages: ['OTHER'],
      }),
    );
    await move('AWSCURRENT', three, ONE);
    await refused(move('AWSCURRENT', TWO, ONE), 'InvalidParameterException');
    expect(await sandbox.value('s')).toBe('3');
  });

  test('a repeated swap is lost, because the label has left the base', async () => {
    await move('AWSCURRENT', TWO, ONE);
    await refused(move('AWSCURRENT', TWO, ONE), 'InvalidParameterException');
  });

  test('RemoveFromVersionId is required when the label is on another version', async () => {
    await refused(
      move('AWSCURRENT', TWO),
      'InvalidParameterException',
      new RegExp(`attached to version ${ONE}`),
    );
  });

  test('RemoveFromVersionId for a label that is on no version is refused', async () => {
    await refused(move('NEW', TWO, ONE), 'InvalidParameterException');
  });

  test('a label that is on no version is added without RemoveFromVersionId', async () => {
    await move('NEW', ONE);
    expect((await stages())?.[ONE]).toEqual(['AWSCURRENT', 'NEW']);
  });

  test('a label that is already there may be moved there again', async () => {
    await move('STAGED', TWO);
    await move('STAGED', TWO, TWO);
    expect((await stages())?.[TWO]).toEqual(['STAGED']);
  });

  test('without MoveToVersionId the label is removed; the version is then deprecated', async () => {
    await move('STAGED', undefined, TWO);
    expect(await stages()).toEqual({ [ONE]: ['AWSCURRENT'] });
  });

  test('a label is not removed from a version that does not have it', async () => {
    await refused(move('STAGED', undefined, ONE), 'InvalidParameterException');
    expect((await stages())?.[TWO]).toEqual(['STAGED']);
  });

  test('AWSCURRENT can be moved but not removed', async () => {
    await refused(move('AWSCURRENT', undefined, ONE), 'InvalidParameterException');
    expect(await sandbox.value('s')).toBe('1');
  });

  test('a label cannot go to a version that does not exist', async () => {
    await refused(move('STAGED', token('nowhere'), TWO), 'ResourceNotFoundException');
  });

  test('a call that neither moves nor removes is refused', async () => {
    await refused(move('STAGED'), 'InvalidParameterException');
  });
});
