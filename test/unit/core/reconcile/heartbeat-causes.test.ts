import { describe, expect, test } from '@jest/globals';
import type { ConfigurationInput } from '../../../../lib/core/config/schema.ts';
import type { EventType, Phase, Rotation } from '../../../../lib/core/domain/state.ts';
import { advance } from '../../../../lib/core/reconcile/advance.ts';
import { billingConfiguration, billingState, USERNAME } from '../../../support/billing.ts';
import { BillingScene } from '../../../support/billing-scene.ts';

type Strategy = 'single-user' | 'alternating-users';
type Policy = 'prompt' | 'take-over' | 'alert';

const OTHER = 'billing-b@acme.example';
const CHANGED = '2026-10-01T00:00:00.000Z';
const STRATEGIES: readonly Strategy[] = ['single-user', 'alternating-users'];
const POLICIES: readonly Policy[] = ['prompt', 'take-over', 'alert'];

/** What a row of the operator's table says of a heartbeat, its logins among it. */
interface Row {
  readonly cause: string;
  readonly arrange: (scene: BillingScene) => void;
  readonly phase: Phase;
  readonly told: readonly EventType[];
  readonly rotation?: Rotation['cause'];
  readonly user?: string;
  readonly code?: string;
  /** Logins of the heartbeat, and of the repair up to where somebody or something is waited for. */
  readonly logins: number;
  /** Attempts that stay spent. */
  readonly spent: number;
}

const onlyAlert = (policy: Policy) => policy === 'alert';

const EVERYWHERE: readonly Row[] = [
  { cause: 'nothing', arrange: () => undefined, phase: 'idle', told: [], logins: 1, spent: 0 },
  {
    cause: 'the user is locked out',
    arrange: ({ user }) => Object.assign(user, { isLocked: true }),
    phase: 'idle',
    told: ['User Locked Out'],
    logins: 0,
    spent: 0,
  },
  {
    cause: 'the user is frozen',
    arrange: ({ user }) => Object.assign(user, { isFrozen: true }),
    phase: 'blocked',
    told: ['Rotation Blocked'],
    code: 'user-frozen',
    logins: 0,
    spent: 0,
  },
  {
    cause: 'the user is deactivated',
    arrange: ({ user }) => Object.assign(user, { isActive: false }),
    phase: 'blocked',
    told: ['Rotation Blocked'],
    code: 'user-inactive',
    logins: 0,
    spent: 0,
  },
  {
    cause: 'addresses or hours are restricted',
    arrange: ({ ports }) => Object.assign(ports.org, { restriction: 'Not from this IP address.' }),
    phase: 'blocked',
    told: ['Rotation Blocked'],
    code: 'login-restricted',
    logins: 1,
    spent: 1,
  },
  {
    cause: 'login() is off',
    arrange: ({ ports }) => Object.assign(ports.org, { soapLogin: false }),
    phase: 'blocked',
    told: ['Rotation Blocked'],
    code: 'login-disabled',
    logins: 1,
    spent: 1,
  },
  {
    cause: 'Use Any API Auth is missing',
    arrange: ({ ports }) => Object.assign(ports.org, { anyApiAuth: false }),
    phase: 'blocked',
    told: ['Rotation Blocked'],
    code: 'login-disabled',
    logins: 1,
    spent: 1,
  },
  {
    cause: 'the API version is retired',
    arrange: ({ ports }) => {
      ports.org.login = async () => ({ kind: 'version-retired', detail: 'UNSUPPORTED_API_VERSION.' });
    },
    phase: 'blocked',
    told: ['Rotation Blocked'],
    code: 'api-version-retired',
    logins: 0,
    spent: 1,
  },
];

const resetToken = ({ user }: BillingScene) => Object.assign(user, { token: 'ResetTokenResetTokenRese' });
const expire = ({ user }: BillingScene) => Object.assign(user, { expired: true });

function ofTokenReset(policy: Policy): Row {
  const row = { cause: 'the token was reset', arrange: resetToken, logins: 1, spent: 1 };
  return onlyAlert(policy)
    ? { ...row, phase: 'idle', told: ['Token Reset Outside'] }
    : {
        ...row,
        phase: 'awaiting-token',
        told: ['Rotation Requested', 'Rotation Begun', 'Rotation Started', 'Token Reset Outside'],
        rotation: 'token-reset',
        user: USERNAME,
      };
}

function ofExpiry(policy: Policy, strategy: Strategy): Row {
  const row = { cause: 'the password has expired', arrange: expire };
  if (onlyAlert(policy))
    return {
      ...row,
      phase: 'blocked',
      told: ['Password Expired', 'Rotation Blocked'],
      code: 'password-expired',
      logins: 1,
      spent: 1,
    };
  const begun: readonly EventType[] = [
    'Password Expired',
    'Rotation Begun',
    'Rotation Started',
    'Password Change Begun',
    'Password Set',
  ];
  return strategy === 'single-user'
    ? {
        ...row,
        phase: 'verified',
        told: [...begun, 'Token Accepted', 'Commit Requested'],
        rotation: 'take-over',
        user: USERNAME,
        // The second is the rotation's own, with the token that the org has kept.
        logins: 2,
        spent: 0,
      }
    : {
        ...row,
        phase: 'awaiting-token',
        told: [...begun, 'Token Requested'],
        rotation: 'take-over',
        user: OTHER,
        logins: 1,
        spent: 1,
      };
}

const ROWS = STRATEGIES.flatMap((strategy) =>
  POLICIES.flatMap((policy) =>
    [...EVERYWHERE, ofTokenReset(policy), ofExpiry(policy, strategy)].map((row) => ({
      ...row,
      strategy,
      policy,
    })),
  ),
);

function configurationOf(strategy: Strategy, policy: Policy) {
  const changes: Partial<ConfigurationInput['credentials'][string]> = {
    onOutsideChange: policy,
    token: { sources: ['unchanged', 'operator'] },
    ...(strategy === 'single-user' ? {} : { strategy: { kind: strategy, usernames: [USERNAME, OTHER] } }),
  };
  return billingConfiguration(changes);
}

describe('what a heartbeat finds, by strategy and policy', () => {
  test.each(ROWS)('$cause, $strategy, $policy: $phase', async ({ strategy, policy, arrange, ...row }) => {
    const scene = new BillingScene();
    const { ports } = scene;
    ports.org.addUser({ username: OTHER, password: 'idle-Passw0rd', token: '' });
    ports.ledger.put(
      billingState('idle', {
        user: { username: USERNAME, changedAt: CHANGED, provenAt: '2026-10-31T12:00:00.000Z' },
        drift: { checkedAt: '2026-11-01T12:00:00.000Z' },
      }),
    );
    const secret = scene.ports.secrets.text('salesforce/prod/billing');
    arrange(scene);
    await advance(ports, configurationOf(strategy, policy), 'billing', { kind: 'poke' });

    const { phase, rotation, blocked, budgets } = scene.state;
    expect(scene.told).toEqual(row.told);
    expect(phase).toBe(row.phase);
    expect(rotation?.cause).toBe(row.rotation);
    expect(rotation?.username).toBe(row.user);
    expect(blocked?.refusal.code).toBe(row.code);
    expect(ports.org.logins).toBe(row.logins);
    expect(budgets[USERNAME]?.spent ?? 0).toBe(row.spent);
    // Only a token that was refused is remembered as that.
    expect(budgets[USERNAME]?.refused ?? []).toHaveLength(row.cause === 'the token was reset' ? 1 : 0);
    expect(ports.secrets.text('salesforce/prod/billing')).toBe(secret);
  });
});
