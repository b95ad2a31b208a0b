import type { ConfigurationFile, CredentialConfig } from './schema.ts';

interface Problem {
  readonly path: string;
  readonly message: string;
}

/**
 * What cannot be had where the service has no administrator's way into the org:
 * each is refused with what to write instead.
 */
export function selfProblems({ orgs, credentials }: ConfigurationFile): readonly Problem[] {
  return Object.entries(credentials).flatMap(([name, credential]) => {
    const org = Object.hasOwn(orgs, credential.org) ? orgs[credential.org] : undefined;
    if (org?.connection.kind !== 'self') return [];
    return RULES.flatMap(({ field, problem }) => {
      const message = problem(credential);
      return message === undefined ? [] : [{ path: `credentials.${name}.${field}`, message }];
    });
  });
}

const SELF = 'the connection of its org is "self"';
const OTHER_KINDS = '"client-credentials" or "jwt-bearer"';

interface Rule {
  readonly field: string;
  readonly problem: (credential: CredentialConfig) => string | undefined;
}

const RULES: readonly Rule[] = [
  {
    field: 'strategy',
    problem: ({ strategy }) =>
      strategy.kind === 'alternating-users'
        ? `${SELF}, so the idle user could be prepared only while its own old password still works. Use the strategy "single-user", or a connection of kind ${OTHER_KINDS}.`
        : undefined,
  },
  {
    field: 'lockout.unlock',
    problem: ({ lockout }) =>
      lockout.unlock
        ? `${SELF}, and no user can end its own lockout. Take it out, or use a connection of kind ${OTHER_KINDS}.`
        : undefined,
  },
  {
    field: 'lockout.maxAttempts',
    // Beside the logins, a call that changes the password may count once with an old password that died meanwhile.
    problem: ({ lockout: { maxAttempts, threshold } }) =>
      maxAttempts === threshold - 1
        ? `${SELF}, so it must be at most ${threshold - 2}: the call that changes the password may count as one failed login more.`
        : undefined,
  },
  {
    field: 'onOutsideChange',
    problem: ({ onOutsideChange }) =>
      onOutsideChange === 'take-over'
        ? `${SELF}, so no password can be set without the one that somebody else has set. Write "prompt" or "alert", or use a connection of kind ${OTHER_KINDS}.`
        : undefined,
  },
  {
    field: 'heartbeat',
    problem: ({ heartbeat }) =>
      heartbeat === 0
        ? `${SELF}, so nothing but the heartbeat's login would notice that somebody else changed the password. Write for example "24h".`
        : undefined,
  },
];
