import type { Credential } from '../config/load.ts';
import type { CredentialState, HistoryEvent } from '../domain/state.ts';
import type { OpenedPrompt, PromptPage } from '../ports/notifier.ts';
import type { Ports } from '../ports/ports.ts';
import { linkHash, newLinkId } from './prompt-link.ts';

/** What a telling needs to know of the credential. */
export type ToldCredential = Pick<Credential, 'name' | 'prompt'>;

/**
 * Tells one event: to the history, and to whom it concerns. An event that asks
 * a person for something gets a link of its own, which is made here and handed
 * on; the ledger knows its hash only. A telling that fails half-way leaves a
 * hash that nobody has the link to, and the next one makes another link.
 */
export class Teller {
  readonly #ports: Ports;
  readonly #credential: ToldCredential;

  constructor(ports: Ports, credential: ToldCredential) {
    this.#ports = ports;
    this.#credential = credential;
  }

  async tell(event: HistoryEvent, state: CredentialState): Promise<void> {
    await this.#ports.ledger.record(event);
    await this.#ports.notifier.announce(event, await this.#open(event, state));
  }

  /** No link for an event that asks for nothing, or for a prompt that has been renewed or closed since. */
  async #open(event: HistoryEvent, { rotation }: CredentialState): Promise<OpenedPrompt | undefined> {
    const { promptId } = event;
    if (promptId === undefined || rotation?.promptId !== promptId) return undefined;
    const { username, mailbox } = rotation;
    return { username, mailbox, page: await this.#newPage(promptId, rotation.id) };
  }

  async #newPage(promptId: string, rotationId: string): Promise<PromptPage | undefined> {
    const { ledger, random, clock, promptUrl } = this.#ports;
    if (promptUrl === undefined) return undefined;
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + this.#credential.prompt.expiresAfter * 1_000).toISOString();
    const id = newLinkId(random);
    await ledger.saveLink({
      hash: linkHash(id),
      credential: this.#credential.name,
      rotationId,
      promptId,
      createdAt: now.toISOString(),
      expiresAt,
    });
    return { link: id.map((text) => `${promptUrl}/p/${text}`), expiresAt };
  }
}
