import type { Configuration } from '../config/load.ts';
import { canBeSameSecret } from '../config/same-secret.ts';
import type { CredentialState } from '../domain/state.ts';
import type { Ports } from '../ports/ports.ts';
import { knownVersion } from '../reconcile/edit.ts';
import { StateKeeper } from '../reconcile/state-keeper.ts';

/** What Secrets Manager says when a staging label reaches another version of any secret. */
export interface MovedLabel {
  /** The secret's name. */
  readonly secret: string;
  readonly arn: string | undefined;
  readonly label: string;
  /** The version that the label is on now. */
  readonly versionId: string;
}

export type EditNotice =
  /** It may be an edit; a look at the credential is due at once. */
  | { readonly kind: 'due'; readonly credential: string }
  /** The service made this version, or has judged it already. */
  | { readonly kind: 'known'; readonly credential: string }
  /** No credential secret became another one. */
  | { readonly kind: 'not-ours' };

/**
 * Somebody, the service among others, moved a label. Where that made another
 * version of a credential secret current, and none that is known, the ledger says
 * that a look is due, and the credential is poked; a poke that is lost is made up
 * for by the next watch. Reads no secret and tries nothing.
 */
export async function noticeEdit(
  ports: Ports,
  configuration: Configuration,
  moved: MovedLabel,
): Promise<EditNotice> {
  const notice = await noticed(ports, configuration, moved);
  ports.telemetry.edit({ kind: notice.kind, secret: moved.secret });
  return notice;
}

async function noticed(ports: Ports, configuration: Configuration, moved: MovedLabel): Promise<EditNotice> {
  const credential = [...configuration.credentials.values()].find(({ secret }) => isSecret(secret, moved));
  if (moved.label !== 'AWSCURRENT' || credential === undefined) return { kind: 'not-ours' };
  const { name } = credential;
  const keeper = await StateKeeper.load(ports, credential);
  if (knows(keeper.state, moved.versionId)) return { kind: 'known', credential: name };
  // What the ledger does not know at all is looked at anyway.
  if (!keeper.isUnknown) await keeper.update(withoutLook);
  await keeper.settle();
  await ports.queue.poke(name);
  return { kind: 'due', credential: name };
}

function isSecret(configured: string, { secret, arn }: MovedLabel): boolean {
  return canBeSameSecret(configured, secret) || (arn !== undefined && canBeSameSecret(configured, arn));
}

function knows(state: CredentialState, versionId: string): boolean {
  const { rotation, drift } = state;
  return [knownVersion(state), rotation?.requestToken, drift?.refusedVersion].includes(versionId);
}

/** Of a look there may have been one a moment ago, before the edit. */
function withoutLook(state: CredentialState): CredentialState | undefined {
  if (state.drift?.checkedAt === undefined) return undefined;
  const { checkedAt: _before, ...drift } = state.drift;
  return { ...state, drift };
}
