import { describe, expect, test } from '@jest/globals';
import type { DemoReport } from '../../lib/sandbox/demo/report.ts';
import { runSfrotate } from '../support/sandbox-process.ts';

async function runDemo(options: Readonly<Record<string, string>>) {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const { code, stdout } = await runSfrotate(['demo', '--json', ...args]);
  return { code, report: JSON.parse(stdout) as DemoReport };
}

/** An invitation looks at the org when it is sent, and again at Start. */
const SALESFORCE_CALLS = { unattended: 12, invited: 14 } as const;

function expectSwapped(report: DemoReport, integrations: number): void {
  expect(report.integrations).toHaveLength(integrations);
  for (const each of report.integrations) {
    expect(each.loginAccepted).toBe(true);
    expect(each.versionAfter).not.toBe(each.versionBefore);
    expect(each.fingerprint).toBe(report.integrations[0]?.fingerprint);
  }
  // Each reads before and after the rotation at least.
  expect(report.reads).toBeGreaterThanOrEqual(2 * integrations);
  expect(report.refusedReadsOutsideOutage).toBe(0);
  expect(Object.keys(report.calls).sort()).toEqual(['dynamodb', 'salesforce', 'secretsManager']);
  // Those of the rotation; what the integrations call meanwhile is far more.
  expect(report.calls.secretsManager).toBeLessThanOrEqual(4 * integrations + 30);
  const most = report.source === 'operator' ? SALESFORCE_CALLS.invited : SALESFORCE_CALLS.unattended;
  expect(report.calls.salesforce).toBeLessThanOrEqual(most);
}

describe('npm start', () => {
  test.each([
    // More than the failed logins after which the org would lock the user.
    ['mailbox', 12, 'separate'],
    ['unchanged', 5, 'envelope'],
    ['mailbox', 0, 'separate'],
    ['operator', 3, 'separate'],
  ])(
    '--json --source %s --integrations %i --delivery %s prints one JSON object with the proof',
    async (source, integrations, delivery) => {
      const { code, report } = await runDemo({ source, integrations: String(integrations), delivery });
      expect(report).toMatchObject({
        ok: true,
        strategy: 'single-user',
        source,
        delivery,
        oldCredentialAfterSwap: 'refused',
        oldCredentialRefused: true,
      });
      expectSwapped(report, integrations);
      expect(report.outageSeconds).toBeGreaterThanOrEqual(0);
      expect(code).toBe(0);
    },
  );

  test('--strategy alternating-users --integrations 25 --json: nobody is refused, and the old user ends in time', async () => {
    const { code, report } = await runDemo({ strategy: 'alternating-users', integrations: '25' });
    expect(report).toMatchObject({
      ok: true,
      strategy: 'alternating-users',
      refusedReads: 0,
      outageSeconds: 0,
      oldCredentialAfterSwap: 'accepted',
      oldCredentialRefused: true,
    });
    expectSwapped(report, 25);
    expect(code).toBe(0);
  });

  test('shows each phase and the table of proof', async () => {
    const { code, stdout } = await runSfrotate(['demo']);
    for (const phase of ['drafted', 'changing', 'awaiting-token', 'verified', 'committing'])
      expect(stdout).toContain(phase);
    expect(stdout).toContain('refused by the org');
    expect(stdout).toContain('0 of them outside the outage');
    expect(stdout).toContain('is proven');
    expect(code).toBe(0);
  });
});
