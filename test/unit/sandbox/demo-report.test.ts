import { describe, expect, test } from '@jest/globals';
import type { DemoOptions } from '../../../lib/sandbox/demo/options.ts';
import { type Evidence, reportOf } from '../../../lib/sandbox/demo/report.ts';
import type { RefusedRead } from '../../../lib/sandbox/reader.ts';

const OPTIONS: DemoOptions = {
  integrations: 1,
  strategy: 'single-user',
  source: 'mailbox',
  delivery: 'separate',
  onOutsideChange: 'prompt',
  connection: 'client-credentials',
};
const TWO_USERS: DemoOptions = { ...OPTIONS, strategy: 'alternating-users' };
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 2, 8, 0, seconds));

const REFUSED: RefusedRead = {
  consumer: 'etl/airflow/salesforce',
  versionId: 'version-1',
  askedAt: at(5),
  answeredAt: at(7),
  code: 'INVALID_LOGIN',
};
const LAST = { at: at(20).toISOString(), event: 'Rotation Completed', phase: 'idle', message: 'Done.' };
const PROVEN: Evidence = {
  run: { completed: true, last: LAST, calls: { secretsManager: 21, dynamodb: 42, salesforce: 9 } },
  proof: { integrations: [], holds: true },
  oldCredential: { afterSwap: 'refused', atEnd: 'refused' },
  done: {
    id: 'rotation-1',
    cause: 'requested',
    completedAt: at(20).toISOString(),
    versionId: 'version-2',
    passwordSetAt: at(4).toISOString(),
    lastFlipAt: at(10).toISOString(),
    integrations: 1,
  },
  reader: { reads: 8, refused: [REFUSED] },
  outsideOutage: [],
};
const PROVEN_TWO_USERS: Evidence = {
  ...PROVEN,
  oldCredential: { afterSwap: 'accepted', atEnd: 'refused' },
  reader: { reads: 8, refused: [] },
};

describe('the report of a demo', () => {
  test('is good where all was proven, and tells of the outage and of who was refused', () => {
    expect(reportOf(OPTIONS, PROVEN)).toMatchObject({
      ok: true,
      outageSeconds: 6,
      refusedReads: 1,
      refusedReadsOutsideOutage: 0,
    });
    expect(reportOf(TWO_USERS, PROVEN_TWO_USERS)).toMatchObject({ ok: true, outageSeconds: 0 });
  });

  test.each<[string, DemoOptions, Evidence]>([
    ['the swap does not hold', OPTIONS, { ...PROVEN, proof: { integrations: [], holds: false } }],
    ['somebody was refused outside the outage', OPTIONS, { ...PROVEN, outsideOutage: [REFUSED] }],
    [
      'the old one still works',
      OPTIONS,
      { ...PROVEN, oldCredential: { afterSwap: 'accepted', atEnd: 'accepted' } },
    ],
    [
      'the old one of two users ended with the swap',
      TWO_USERS,
      { ...PROVEN_TWO_USERS, oldCredential: { afterSwap: 'refused', atEnd: 'refused' } },
    ],
    [
      'the old one of two users never ends',
      TWO_USERS,
      { ...PROVEN_TWO_USERS, oldCredential: { afterSwap: 'accepted', atEnd: 'accepted' } },
    ],
  ])('is bad where %s', (_what, options, evidence) => {
    expect(reportOf(options, evidence).ok).toBe(false);
  });

  test('says which integration was refused, when and how, and for how long any was', () => {
    const refused = [REFUSED, { ...REFUSED, askedAt: at(6), answeredAt: at(9) }];
    const evidence = { ...PROVEN_TWO_USERS, reader: { reads: 8, refused }, outsideOutage: refused };
    expect(reportOf(TWO_USERS, evidence)).toMatchObject({
      ok: false,
      outageSeconds: 4,
      refusedReads: 2,
      error:
        'At 2026-11-02T08:00:07.000Z "etl/airflow/salesforce" gave its integration a login that was refused (INVALID_LOGIN).',
    });
  });

  test('says why a rotation did not complete, with no outage that has ended', () => {
    const last = { ...LAST, event: 'Rotation Blocked', message: 'The org refuses the connection.' };
    const run = { ...PROVEN.run, completed: false, last };
    expect(reportOf(OPTIONS, { ...PROVEN, run, done: undefined })).toMatchObject({
      ok: false,
      outageSeconds: null,
      error: 'The org refuses the connection.',
    });
  });
});
