import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CredentialState } from '../../../../lib/core/domain/state.ts';
import type { OrgConnection, SelfConnection } from '../../../../lib/core/ports/salesforce.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { noticeAccepted, noticeRejected, readOwnRecord } from '../../../../lib/core/watch/own-login.ts';
import { watch } from '../../../../lib/core/watch/watch.ts';
import {
  billingConfiguration,
  billingState,
  LOGIN_URL,
  type MemoryPorts,
  memoryPorts,
  USERNAME,
} from '../../../support/billing.ts';
import { BillingScene } from '../../../support/billing-scene.ts';

const AT = '2026-11-01T12:00:00.000Z';
const DATE = '2026-10-20T08:00:00.000Z';
const told = (state: CredentialState) => state.outbox.map(({ type }) => type);

describe('a login that was accepted', () => {
  test('proves the credential, and the org’s date goes with it, whoever changed the password', () => {
    const before = billingState('idle', {
      user: {
        username: USERNAME,
        changedAt: '2026-10-01T00:00:00.000Z',
        toldChange: AT,
        trouble: 'user-locked',
      },
    });
    const after = noticeAccepted(before, USERNAME, { lastPasswordChangeDate: DATE }, AT);
    expect(after.user).toEqual({ username: USERNAME, changedAt: DATE, provenAt: AT });
    expect(told(after)).toEqual([]);
  });

  test('with a record that could not be read leaves the date as it is', () => {
    const user = { username: USERNAME, changedAt: DATE };
    expect(noticeAccepted(billingState('idle', { user }), USERNAME, undefined, AT).user).toEqual({
      ...user,
      provenAt: AT,
    });
    expect(noticeAccepted(billingState('idle'), USERNAME, undefined, AT).user).toEqual({
      username: USERNAME,
      provenAt: AT,
    });
  });
});

describe('a login that was rejected', () => {
  test.each([
    ['prompt', 'Rotation Requested', { cause: 'outside-change', by: 'heartbeat', at: AT }],
    ['alert', 'Password Changed Outside', undefined],
  ] as const)('%s: %s, once', (onOutsideChange, type, request) => {
    const after = noticeRejected(billingState('idle'), { onOutsideChange }, USERNAME, AT);
    expect(told(after)).toEqual([type]);
    expect(after.request).toEqual(request);
    expect(after.outbox[0]?.message).toContain('no longer accepts the credential');
    const { request: _answered, ...again } = after;
    expect(noticeRejected(again, { onOutsideChange }, USERNAME, AT)).toBe(again);
  });

  test('is told again after one was accepted in between', () => {
    const first = noticeRejected(billingState('idle'), { onOutsideChange: 'alert' }, USERNAME, AT);
    const mended = noticeAccepted(first, USERNAME, undefined, AT);
    expect(told(noticeRejected(mended, { onOutsideChange: 'alert' }, USERNAME, AT))).toHaveLength(2);
  });

  test('during a rotation of this user says nothing', () => {
    const state = billingState('awaiting-token');
    expect(noticeRejected(state, { onOutsideChange: 'prompt' }, USERNAME, AT)).toBe(state);
  });
});

describe('the own record', () => {
  let ports: MemoryPorts;
  const opened = async (): Promise<SelfConnection> => {
    const outcome = await ports.login.openSession({
      loginUrl: LOGIN_URL,
      way: { kind: 'soap', apiVersion: '64.0' },
      username: USERNAME,
      combinedPassword: Redacted.of('old-Passw0rdT'),
    });
    if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
    const { session } = outcome;
    return { kind: 'self', loginUrl: LOGIN_URL, opened: { session, password: Redacted.of('old-Passw0rd') } };
  };
  const read = (connection: OrgConnection) => readOwnRecord(ports, connection, USERNAME);
  beforeEach(() => {
    ports = memoryPorts();
    ports.org.addUser({
      username: USERNAME,
      password: 'old-Passw0rd',
      token: 'T',
      lastPasswordChangeDate: DATE,
    });
  });

  test('is read in the session of the login', async () => {
    expect(await read(await opened())).toMatchObject({ username: USERNAME, lastPasswordChangeDate: DATE });
  });

  test('is unknown without one, and where no answer comes', async () => {
    expect(await read({ kind: 'self', loginUrl: LOGIN_URL, opened: undefined })).toBeUndefined();
    const connection = await opened();
    ports.org.lost = 'answer';
    expect(await read(connection)).toBeUndefined();
    expect(ports.telemetry.warnings).toHaveLength(1);
  });
});

test('the scheduled look reads nothing and logs in nowhere, also of a credential that the ledger does not know', async () => {
  const scene = new BillingScene();
  const configuration = billingConfiguration({}, { kind: 'self' });
  for (const known of [false, true]) {
    if (known) scene.ports.ledger.put(billingState('idle', { user: { username: USERNAME } }));
    expect(await watch(scene.ports, configuration)).toMatchObject({ looked: 1, unanswered: [] });
  }
  expect([scene.ports.org.bulkReads, scene.ports.org.logins]).toEqual([0, 0]);
});
