import type { KnownRow } from '../../lib/core/watch/fleet.ts';

/** A row of the fleet as the service answers it: "billing", at rest. */
export function knownRow(changes: Partial<KnownRow> = {}): KnownRow {
  return {
    kind: 'known',
    credential: 'billing',
    org: 'prod',
    phase: 'idle',
    since: '2026-11-02T08:00:00.000Z',
    phaseSeconds: 7_200,
    waitingFor: { kind: 'nothing', text: 'nothing' },
    password: { seconds: 86_400 * 12, limitSeconds: 86_400 * 30 },
    schedule: { kind: 'every' },
    nextRotationAt: '2026-11-20T08:00:00.000Z',
    attemptsSpent: 0,
    attemptsLeft: 3,
    retirement: {
      login: 'soap',
      apiVersion: '64.0',
      release: "Summer '27",
      from: '2027-06-01T00:00:00.000Z',
      daysLeft: 200,
      text: 'SOAP login() ends.',
      remedy: 'Move away.',
    },
    rotateNow: { kind: 'offered', consequence: 'The integrations are without a login for seconds.' },
    ...changes,
  };
}

export const NOW = '2026-11-02T10:00:00.000Z';
