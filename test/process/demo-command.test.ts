import { describe, expect, test } from '@jest/globals';
import { runSfrotate } from '../support/sandbox-process.ts';

interface Report {
  readonly ok: boolean;
  readonly source: string;
  readonly integrations: readonly {
    readonly versionBefore: string;
    readonly versionAfter: string;
    readonly fingerprint: string;
    readonly loginAccepted: boolean;
  }[];
  readonly oldCredentialRefused: boolean;
  readonly outageSeconds: number;
  readonly calls: Readonly<Record<string, number>>;
}

describe('npm start', () => {
  test.each([
    ['mailbox', 3],
    ['unchanged', 1],
    ['mailbox', 0],
  ])('--json --source %s --integrations %i prints one JSON object with the proof', async (source, count) => {
    const { code, stdout } = await runSfrotate([
      'demo',
      '--json',
      '--source',
      source,
      '--integrations',
      String(count),
    ]);
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({ ok: true, source, oldCredentialRefused: true });
    expect(report.integrations).toHaveLength(count);
    for (const each of report.integrations) {
      expect(each.loginAccepted).toBe(true);
      expect(each.versionAfter).not.toBe(each.versionBefore);
      expect(each.fingerprint).toBe(report.integrations[0]?.fingerprint);
    }
    expect(report.outageSeconds).toBeGreaterThanOrEqual(0);
    expect(Object.keys(report.calls).sort()).toEqual(['dynamodb', 'salesforce', 'secretsManager']);
    expect(code).toBe(0);
  });

  test('shows each phase and the table of proof', async () => {
    const { code, stdout } = await runSfrotate(['demo']);
    for (const phase of ['drafted', 'changing', 'awaiting-token', 'verified', 'committing'])
      expect(stdout).toContain(phase);
    expect(stdout).toContain('refused by the org');
    expect(stdout).toContain('is proven');
    expect(code).toBe(0);
  });
});
