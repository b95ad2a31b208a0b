import type { Configuration, Credential } from '../config/load.ts';
import type { Ports } from '../ports/ports.ts';
import type { Redacted } from '../redacted.ts';
import { linkHash, type PromptLink } from './prompt-link.ts';
import type { PromptView } from './prompt-view.ts';
import { viewPrompt } from './view-prompt.ts';

/** A link that was opened. Without `link` and `credential` it is gone. */
export type OpenedPromptView =
  | { readonly view: Extract<PromptView, { kind: 'gone' }> }
  | {
      readonly view: Exclude<PromptView, { kind: 'gone' }>;
      readonly link: PromptLink;
      readonly credential: Credential;
    };

/**
 * What a link leads to. Any link costs the same two reads of the ledger, so that
 * neither the answer nor its time tells an unknown one from one that has expired,
 * was revoked, or belongs to something else.
 */
export async function openPrompt(
  { ledger, clock }: Pick<Ports, 'ledger' | 'clock'>,
  { credentials }: Pick<Configuration, 'credentials'>,
  linkId: Redacted,
): Promise<OpenedPromptView> {
  const hash = linkHash(linkId);
  const link = await ledger.findLink(hash);
  const state = await ledger.load(link?.credential ?? decoy(credentials, hash));
  const credential = link && credentials.get(link.credential);
  const view = viewPrompt(link, state, credential, clock.now());
  return view.kind === 'gone' || link === undefined || credential === undefined
    ? { view: { kind: 'gone' } }
    : { view, link, credential };
}

/** One of the credentials, the same one for the same hash. */
function decoy(credentials: Configuration['credentials'], hash: string): string {
  const names = [...credentials.keys()];
  return names[Number.parseInt(hash.slice(0, 8), 16) % Math.max(1, names.length)] ?? 'none';
}
