import { tokenFingerprint } from '../attempt.ts';
import { combined, type Draft } from '../domain/credential-value.ts';
import { fingerprint } from '../domain/version-ids.ts';
import { Redacted } from '../redacted.ts';
import type { Brought } from './facts.ts';
import type { Preflight } from './preflight.ts';
import type { Workbench } from './workbench.ts';

/**
 * Names what was brought without saying anything about it. The key is a
 * password that is in Secrets Manager: the drafted one, or where a person
 * brings a password, too, the one that it replaces.
 */
export async function offerFingerprint(bench: Workbench, brought: Brought | undefined): Promise<string> {
  if (brought === undefined) return '';
  const { token, password } = brought;
  if (password !== undefined) {
    const current = await bench.current();
    return current.kind === 'value'
      ? fingerprint(current.value.password, combined({ password, securityToken: token }))
      : '';
  }
  const draft = await bench.draft();
  return draft.kind === 'value' && token !== undefined
    ? tokenFingerprint({ password: draft.value.password, securityToken: token })
    : '';
}

/** The draft that would follow from a password and token which a person brought. */
export function broughtDraft(
  { password, token }: Brought,
  { current, user }: Preflight,
  rotationId: string,
  now: string,
): Draft {
  return {
    kind: 'password',
    username: user.username,
    password: password ?? Redacted.of(''),
    securityToken: token,
    loginUrl: current.loginUrl,
    passwordChangedAt: user.lastPasswordChangeDate ?? now,
    rotationId,
    verifiedAt: undefined,
    changedBefore: user.lastPasswordChangeDate,
  };
}
