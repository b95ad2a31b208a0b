import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CredentialState } from '../../../../lib/core/domain/state.ts';
import { type MovedLabel, noticeEdit } from '../../../../lib/core/watch/edited.ts';
import {
  billingConfiguration,
  billingState,
  type MemoryPorts,
  memoryPorts,
  ROTATION,
} from '../../../support/billing.ts';

const NAME = 'salesforce/prod/billing';
const ARN = `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${NAME}-AbCdEf`;
const CHECKED = '2026-11-01T11:59:00.000Z';
const MOVED: MovedLabel = { secret: NAME, arn: ARN, label: 'AWSCURRENT', versionId: 'edited' };

let ports: MemoryPorts;
const given = (changes: Partial<CredentialState> = {}) =>
  ports.ledger.put(
    billingState('idle', { drift: { checkedAt: CHECKED, provenVersion: 'known' }, ...changes }),
  );
const notice = (moved: Partial<MovedLabel> = {}, secret = NAME) =>
  noticeEdit(ports, billingConfiguration({ secret, draft: `${NAME}/draft` }), { ...MOVED, ...moved });
const checkedAt = () => ports.ledger.stored('billing')?.drift?.checkedAt;

beforeEach(() => {
  ports = memoryPorts();
});

describe('a credential secret has another current version', () => {
  test.each([
    ['named', NAME],
    ['by its ARN', ARN],
    ['by its ARN without the suffix', ARN.slice(0, -7)],
  ])('%s: a look is due at once, and poked; no secret is read', async (_how, secret) => {
    given();
    ports.secrets.before = () => {
      throw new Error('a secret was read');
    };
    expect(await notice({}, secret)).toEqual({ kind: 'due', credential: 'billing' });
    expect(checkedAt()).toBeUndefined();
    expect(ports.ledger.stored('billing')?.drift?.provenVersion).toBe('known');
    expect(ports.queue.pokes).toEqual([{ credential: 'billing', afterSeconds: 0 }]);
  });

  test('the same event once more changes nothing', async () => {
    given();
    await notice();
    const { version } = ports.ledger.stored('billing') ?? {};
    await notice();
    expect(ports.ledger.stored('billing')?.version).toBe(version);
  });

  test('the ledger does not know it yet: poked, and written by the look', async () => {
    expect(await notice()).toMatchObject({ kind: 'due' });
    expect(ports.ledger.stored('billing')).toBeUndefined();
    expect(ports.queue.pokes).toHaveLength(1);
  });
});

describe('nothing follows', () => {
  const made = { id: 'r', cause: 'due', completedAt: CHECKED, versionId: 'made', integrations: 0 } as const;

  test.each<[string, Partial<CredentialState>, string]>([
    ['a version that a login has proved', {}, 'known'],
    ['the version that the last rotation made', { drift: { checkedAt: CHECKED }, last: made }, 'made'],
    [
      'the version that a rotation is making current',
      { phase: 'committing', rotation: { ...ROTATION, requestToken: 'token' } },
      'token',
    ],
    [
      'a version that Salesforce refused',
      { drift: { checkedAt: CHECKED, provenVersion: 'known', refusedVersion: 'bad' } },
      'bad',
    ],
  ])('from %s', async (_what, changes, versionId) => {
    given(changes);
    expect(await notice({ versionId })).toEqual({ kind: 'known', credential: 'billing' });
    expect([checkedAt(), ports.queue.pokes]).toEqual([CHECKED, []]);
  });

  test.each<[string, Partial<MovedLabel>]>([
    ['another label', { label: 'ROTATION_STAGED' }],
    ['a secret that is nobody’s', { secret: 'etl/airflow', arn: undefined }],
    ['the draft', { secret: `${NAME}/draft`, arn: `${ARN.slice(0, -7)}/draft-AbCdEf` }],
  ])('from %s, which is logged', async (_what, moved) => {
    given();
    expect(await notice(moved)).toEqual({ kind: 'not-ours' });
    expect([checkedAt(), ports.queue.pokes]).toEqual([CHECKED, []]);
    expect(ports.telemetry.edits).toEqual([{ kind: 'not-ours', secret: moved.secret ?? NAME }]);
  });

  test('from what an older proof stood for, once a rotation has made another: that is an edit', async () => {
    given({ drift: { checkedAt: CHECKED, provenVersion: 'newer' }, last: made });
    expect(await notice({ versionId: 'made' })).toMatchObject({ kind: 'due' });
  });
});
