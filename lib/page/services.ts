import type { SubmissionOutcome } from '../core/intake/submission.ts';
import type { PromptView } from '../core/prompt/prompt-view.ts';
import type { Redacted } from '../core/redacted.ts';

/** Everything that the page needs of the world. It has no way to a secret, to Salesforce, or to a credential's state. */
export interface PageServices {
  /** What a link leads to; `gone` for every link that is not valid, after the same work. */
  lookUp(linkId: Redacted): Promise<OpenedLink>;
  /** Counts a request, and tells how many there were in the present window of so many seconds. */
  countIn(key: string, windowSeconds: number): Promise<number>;
  readonly door: PageDoor;
  now(): Date;
  /** Notes a fault for the operators. The message never holds a link or what a person entered. */
  warn(message: string, error: unknown): void;
  /** The path under which the page lives, such as `/rotation`; empty at the root of its domain. */
  readonly basePath: string;
}

export type ValidView = Exclude<PromptView, { readonly kind: 'gone' }>;

export interface ValidLink {
  readonly kind: 'valid';
  readonly linkId: Redacted;
  readonly rotationId: string;
  readonly view: ValidView;
}

export type OpenedLink = { readonly kind: 'gone' } | ValidLink;

/** The commands that a page may send; the rotation that it was made for travels with each. */
export type PageCommand = {
  readonly credential: string;
  readonly rotationId: string;
  readonly by: string;
} & (
  | { readonly action: 'start' }
  | { readonly action: 'submit-token'; readonly pasted: Redacted }
  | { readonly action: 'submit-credential'; readonly password: Redacted; readonly pasted: Redacted }
);

/** The operators' door, as far as a page may use it. */
export interface PageDoor {
  /** @throws Error where no answer came. */
  send(command: PageCommand): Promise<{ readonly submission?: SubmissionOutcome | undefined }>;
}
