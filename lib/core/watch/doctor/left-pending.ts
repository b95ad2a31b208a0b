import { type CredentialValue, parseCredential, sameLogin } from '../../domain/credential-value.ts';
import type { CredentialState } from '../../domain/state.ts';
import { labelled, type SecretDescription } from '../../ports/secret-store.ts';
import { sameUsername } from '../../reconcile/predecessor.ts';
import type { Workbench } from '../../reconcile/workbench.ts';
import type { Finding } from './finding.ts';
import type { Leftover, Removal } from './leftover.ts';

/**
 * Longer than a step of Secrets Manager's rotation may run, and than clocks are
 * apart: what has not changed for so long is at nobody's hands.
 */
const DEAD_AFTER_SECONDS = 300;

/**
 * `AWSPENDING` apart from the current version makes RotateSecret go back to a
 * rotation that is over.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html
 */
export async function leftPending(
  bench: Workbench,
  state: CredentialState,
  description: SecretDescription,
): Promise<Leftover[]> {
  const { ports, credential } = bench;
  const { secret } = credential;
  const versionId = labelled(description, 'AWSPENDING');
  if (versionId === undefined || versionId === labelled(description, 'AWSCURRENT')) return [];
  const removal: Removal = { kind: 'label', secret, label: 'AWSPENDING', versionId };
  const lead = `AWSPENDING is on version ${versionId}, and no rotation of the service owns it`;
  if (!isOld(description, ports.clock.now())) return [{ finding: freshPending(bench, lead) }];
  const current = await bench.current();
  const read = await ports.secrets.readVersion(secret, versionId, { fresh: true });
  const value = read.kind === 'found' ? parseCredential(read.text) : undefined;
  // Where not even the current version can be read, an absent value may be one that is kept from us.
  if (read.kind === 'absent' && current.kind === 'value')
    return [{ finding: deadPending(bench, `${lead}; it is empty`), removal }];
  if (value?.kind === 'value' && (await isNotInForce(bench, state, value.value)))
    return [{ finding: deadPending(bench, `${lead}; what it holds is not in force`), removal }];
  return [{ finding: unknownPending(bench, lead, versionId) }];
}

/** What is told neither way counts as new. */
function isOld({ lastChangedAt }: SecretDescription, now: Date): boolean {
  return (
    lastChangedAt !== undefined && now.getTime() - Date.parse(lastChangedAt) >= DEAD_AFTER_SECONDS * 1_000
  );
}

/**
 * Whether a pending value is known to be of no use: it is current anyway, or its
 * user is not the live one, or the org's records show that the current password
 * is the newest. Without a login.
 */
async function isNotInForce(
  bench: Workbench,
  { user }: CredentialState,
  pending: CredentialValue,
): Promise<boolean> {
  const current = await bench.current();
  const connection = await bench.connection();
  if (current.kind !== 'value') return false;
  const { username } = current.value;
  if (sameLogin(pending, current.value) || !sameUsername(pending.username, username)) return true;
  if (connection.kind !== 'value' || user?.changedAt === undefined) return false;
  const found = await bench.ports.org.findUser(connection.value, username);
  const changed = found.kind === 'user' ? found.user.lastPasswordChangeDate : undefined;
  return changed !== undefined && sameUsername(user.username, username) && isUpTo(changed, user.changedAt);
}

function isUpTo(time: string, limit: string): boolean {
  return Date.parse(time) <= Date.parse(limit);
}

function deadPending({ credential }: Workbench, lead: string): Finding {
  return {
    code: 'pending-left-over',
    severity: 'problem',
    where: credential.secret,
    message: `${lead}. RotateSecret goes back to it in place of a new rotation. What is in force is not touched by it.`,
    remedy: `sfrotate doctor ${credential.name} --fix`,
    fixable: true,
  };
}

function freshPending({ credential }: Workbench, lead: string): Finding {
  return {
    code: 'pending-fresh',
    severity: 'warning',
    where: credential.secret,
    message: `${lead}, but the secret was changed in the last five minutes, so Secrets Manager may be at work on it.`,
    remedy: `Look again in five minutes: sfrotate doctor ${credential.name}`,
    fixable: false,
  };
}

function unknownPending({ credential }: Workbench, lead: string, versionId: string): Finding {
  const { secret } = credential;
  return {
    code: 'pending-unknown',
    severity: 'problem',
    where: secret,
    message: `${lead}. It holds another password of the live user, which might be the one in force, so it is left alone.`,
    remedy: `Compare it with what the user logs in with. Once it is known to be of no use: aws secretsmanager update-secret-version-stage --secret-id ${secret} --version-stage AWSPENDING --remove-from-version-id ${versionId}`,
    fixable: false,
  };
}
