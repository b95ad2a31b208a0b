import type { HistoryEvent } from '../domain/state.ts';
import type { TokenMailbox } from '../prompt/prompt-view.ts';
import type { Redacted } from '../redacted.ts';

/** What a person is asked for, and the way to the page. Whoever has the link can use it, so only the message gets it. */
export interface OpenedPrompt {
  readonly username: string;
  /** Where Salesforce mails the token, as far as known. */
  readonly mailbox?: TokenMailbox | undefined;
  /** Absent where there is no page. */
  readonly page?: PromptPage | undefined;
}

export interface PromptPage {
  /** The whole URL. */
  readonly link: Redacted;
  /** ISO 8601: when the link stops working. */
  readonly expiresAt: string;
}

/** Tells people and other systems. At least once: the same event may be told again after a crash. */
export interface Notifier {
  /** @param prompt For an event that asks a person for something. */
  announce(event: HistoryEvent, prompt?: OpenedPrompt): Promise<void>;
}
