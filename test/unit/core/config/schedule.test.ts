import { describe, expect, test } from '@jest/globals';
import { type Credential, checkConfiguration } from '../../../../lib/core/config/load.ts';
import { rotationRules } from '../../../../lib/core/config/rotation-rules.ts';
import { dueAt } from '../../../../lib/core/reconcile/schedule.ts';
import { billing, broken, problemsOf } from './broken.ts';

const PATH = 'credentials.billing.schedule';
const problemsWith = (schedule: object) => broken(billing('schedule', schedule));

function credentialWith(schedule: object | undefined): Credential {
  const { credentials } = checkConfiguration({
    orgs: {
      prod: {
        loginUrl: 'https://acme.my.salesforce.com',
        connection: { kind: 'client-credentials', secret: 'rotator' },
      },
    },
    credentials: { billing: { org: 'prod', secret: 'b', ...(schedule && { schedule }) } },
  });
  return credentials.get('billing') as Credential;
}

describe('what Secrets Manager is told', () => {
  test.each([
    [undefined, 'rate(1000 days)', undefined],
    [{ every: '30 days' }, 'rate(30 days)', undefined],
    [{ every: '1 day', window: '24h' }, 'rate(1 day)', '24h'],
    [{ every: '36h', window: '120 minutes' }, 'rate(36 hours)', '2h'],
    [{ cron: '0 8 1 * ? *' }, 'cron(0 8 1 * ? *)', undefined],
    [{ cron: '0 22 ? * SAT *', window: '2h' }, 'cron(0 22 ? * SAT *)', '2h'],
  ])('%j', (schedule, scheduleExpression, duration) => {
    expect(rotationRules(credentialWith(schedule))).toEqual({ scheduleExpression, duration });
  });

  test.each(['3h', '239 minutes', '1001 days'])('an interval of %s is one that it cannot keep', (every) => {
    expect(problemsOf(() => rotationRules(credentialWith({ every })))).toEqual([
      `${PATH}.every: the interval is not between "4 hours" and "1000 days", which Secrets Manager can keep. Give one in between.`,
    ]);
  });
});

test('with cron, nothing is due by itself', () => {
  const { schedule } = credentialWith({ cron: '0 8 1 * ? *' });
  expect(schedule).toBeUndefined();
  expect(dueAt({ passwordChangedAt: '2020-01-01T00:00:00Z' }, schedule)).toBeUndefined();
});

describe('cron expressions', () => {
  test.each([
    '0 8 * * ? *',
    '0 0/8 * * ? *',
    '0 */6 * * ? *',
    '0 0,12 1,15 * ? *',
    '0 20 ? * SUN *',
    '0 20 ? * sun *',
    '0 20 ? * MON-FRI *',
    '0 20 ? * 6#3 *',
    '0 20 ? * 6L *',
    '0 20 ? * L *',
    '0 16 L JAN,APR,JUL,OCT ? *',
    '0 8 1-7/2 3-9 ? *',
  ])('%s is one', (cron) => {
    expect(problemsWith({ cron })).toEqual([]);
  });

  test.each([
    '',
    'monthly',
    'cron(0 8 1 * ? *)',
    '0 8 1 * *',
    '0 8 1 * ? * *',
    '30 8 1 * ? *',
    '* 8 1 * ? *',
    '0 24 1 * ? *',
    '0 8 32 * ? *',
    '0 8 0 * ? *',
    '0 8 1 13 ? *',
    '0 8 1 * MON *',
    '0 8 ? * ? *',
    '0 8 ? * 8 *',
    '0 8 ? * 6#6 *',
    '0 8 ? * MOON *',
    '0 8 1 * ? 2027',
    '0 8-5 1 * ? *',
    '0 8/0 1 * ? *',
    '0 1-2-3 1 * ? *',
    '0 8/2/2 1 * ? *',
    '0 , 1 * ? *',
  ])('%j is none', (cron) => {
    const [problem, ...others] = problemsWith({ cron });
    expect(problem).toMatch(
      /^credentials\.billing\.schedule\.cron: .*is no cron expression.*"0 8 1 \* \? \*"\.$/,
    );
    expect(others).toEqual([]);
  });

  test.each(['0 * * * ? *', '0 0/3 * * ? *', '0 8,11 * * ? *', '0 1,23 * * ? *'])(
    '%s is too often',
    (cron) => {
      expect(problemsWith({ cron })).toEqual([
        expect.stringMatching(/^credentials\.billing\.schedule\.cron: .*apart.*at least 4 hours/),
      ]);
    },
  );
});

describe('what does not go together', () => {
  test('every and cron', () => {
    expect(problemsWith({ every: '30 days', cron: '0 8 1 * ? *' })).toEqual([
      `${PATH}.cron: give either "every" or "cron", not both. Take one of them out.`,
    ]);
  });

  test('cron and prepareAhead', () => {
    expect(problemsWith({ cron: '0 8 1 * ? *', prepareAhead: '1 day' })).toEqual([
      `${PATH}.prepareAhead: needs "every": with "cron", the preparation starts when Secrets Manager opens its window. Take it out, or give "every" instead of "cron".`,
    ]);
  });
});

describe('windows', () => {
  test.each([
    [{ every: '30 days', window: '24h' }],
    [{ every: '4h', window: '4h' }],
    [{ cron: '0 20 1 * ? *', window: '4h' }],
    [{ cron: '0 0/8 * * ? *', window: '8h' }],
  ])('%j fits', (schedule) => {
    expect(problemsWith(schedule)).toEqual([]);
  });

  test.each([
    [{ every: '30 days', window: '90 minutes' }, 'the window must be whole hours. Write for example "4h".'],
    [
      { every: '30 days', window: '25h' },
      'the window is longer than a day, and may not go on past midnight UTC. Give at most "24h".',
    ],
    [{ every: '4h', window: '5h' }, 'the window is longer than the interval. Give at most the interval.'],
    [
      { cron: '0 20 1 * ? *', window: '5h' },
      'a window that opens at 20:00 UTC goes on past midnight. Give at most "4h", or open it earlier.',
    ],
    [{ cron: '0 0,6 * * ? *', window: '7h' }, 'the window lasts into the next one. Give at most "6h".'],
  ])('%j does not', (schedule, sentence) => {
    expect(problemsWith(schedule)).toEqual([`${PATH}.window: ${sentence}`]);
  });
});
