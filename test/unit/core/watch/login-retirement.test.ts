import { beforeEach, describe, expect, test } from '@jest/globals';
import { isRetirementTellingDue, loginRetirement } from '../../../../lib/core/watch/login-retirement.ts';
import { tellRetirements } from '../../../../lib/core/watch/tell-retirement.ts';
import { billingCredential, billingState, type MemoryPorts, memoryPorts } from '../../../support/billing.ts';

const SOAP = billingCredential({ login: { apiVersion: '58.0' } });
const OAUTH = billingCredential({ login: { kind: 'oauth-password', secret: 'salesforce/prod/app' } });
const at = (time: string) => new Date(time);

describe('what becomes of the login of a credential', () => {
  test('is counted down to the release that ends SOAP login(), with the version in use', () => {
    expect(loginRetirement(SOAP, at('2027-05-01T12:00:00Z'))).toMatchObject({
      login: 'soap',
      apiVersion: '58.0',
      release: "Summer '27",
      from: '2027-06-01T00:00:00.000Z',
      daysLeft: 31,
      text: expect.stringMatching(
        /here: 58\.0\) ends with Summer '27, in 31 days \(production from 2027-06-01/,
      ),
      remedy: expect.stringMatching(/External Client App/),
    });
  });

  test.each([
    ['2027-05-31T00:00:00Z', 1, /in 1 day \(/],
    ['2027-06-01T00:00:00Z', 0, /has ended, or is about to end/],
    ['2028-01-01T00:00:00Z', 0, /has ended, or is about to end/],
  ])('on %s has %i days left', (time, daysLeft, text) => {
    const retirement = loginRetirement(SOAP, at(time));
    expect(retirement.daysLeft).toBe(daysLeft);
    expect(retirement.text).toMatch(text);
  });

  test('has no date where Salesforce has named none', () => {
    const { daysLeft, from, text } = loginRetirement(OAUTH, at('2027-05-01T12:00:00Z'));
    expect([daysLeft, from]).toEqual([undefined, undefined]);
    expect(text).toMatch(/has named no release/);
  });
});

describe('people are told', () => {
  test.each([
    ['more than a year before, after a year', '2026-05-31T00:00:00Z', 365],
    ['in the last year, after thirty days', '2026-06-01T00:00:00Z', 30],
    ['still in the last year, after thirty days', '2027-04-01T00:00:00Z', 30],
    ['in the last two months, after a week', '2027-04-02T00:00:00Z', 7],
    ['when it has come, after a week', '2027-07-01T00:00:00Z', 7],
  ])('%s', (_name, time, days) => {
    const now = at(time);
    const ago = (seconds: number) =>
      new Date(now.getTime() - days * 86_400_000 + seconds * 1_000).toISOString();
    const retirement = loginRetirement(SOAP, now);
    expect(isRetirementTellingDue(retirement, ago(0), now)).toBe(true);
    expect(isRetirementTellingDue(retirement, ago(1), now)).toBe(false);
  });

  test('at the first look', () => {
    const now = at('2026-01-01T00:00:00Z');
    expect(isRetirementTellingDue(loginRetirement(SOAP, now), undefined, now)).toBe(true);
  });

  test('of nothing that has no date', () => {
    const now = at('2027-07-01T00:00:00Z');
    expect(isRetirementTellingDue(loginRetirement(OAUTH, now), undefined, now)).toBe(false);
  });
});

describe('the watch', () => {
  let ports: MemoryPorts;
  const look = () => tellRetirements(ports, [{ credential: SOAP, state: ports.ledger.stored('billing') }]);
  const told = () => ports.notifier.announced.filter(({ type }) => type === 'Login Retires');

  beforeEach(() => {
    ports = memoryPorts();
  });

  test('tells it once, and again when the time has come', async () => {
    ports.ledger.put(billingState('idle'));
    await look();
    await look();
    expect(told()).toMatchObject([{ credential: 'billing', reason: 'login-retirement', by: 'watch' }]);
    ports.clock.advance(30 * 86_400);
    await look();
    expect(told()).toHaveLength(2);
  });

  test('leaves a rotation that is under way alone', async () => {
    ports.ledger.put(billingState('awaiting-token'));
    await look();
    expect(told()).toEqual([]);
    expect(ports.ledger.stored('billing')?.version).toBe(7);
  });

  test('goes on where one credential cannot be read now', async () => {
    const ledger = Object.assign(Object.create(ports.ledger) as typeof ports.ledger, {
      load: () => Promise.reject(new Error('down')),
    });
    await tellRetirements({ ...ports, ledger }, [{ credential: SOAP, state: billingState('idle') }]);
    expect(told()).toEqual([]);
    expect(ports.telemetry.warnings).toEqual([expect.stringMatching(/could not be told yet/)]);
  });
});
