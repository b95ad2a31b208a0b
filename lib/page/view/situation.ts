import type { Html } from '../wording/words.ts';

/** What a page says, whatever the state: one heading, what is safe and what to do next, and the rest. */
export interface Situation {
  /** Names the state, for the script and for tests. */
  readonly state: string;
  readonly heading: string;
  readonly lead: Html | string;
  readonly body: Html;
  /** After how many seconds the script looks for the first time; 0 where the state is final. */
  readonly pollSeconds: number;
  /** After how many seconds a browser without a script loads the page again; never where there is a form. */
  readonly reloadSeconds?: number;
  /** Whether a form that somebody is typing in stays until the state after this one. */
  readonly isPassing?: boolean;
}

/** What went wrong with what a person sent. Never repeats what was sent. */
export interface Notice {
  /** Names it, for tests. */
  readonly code: string;
  readonly text: Html | string;
  /** The fields that are to be filled in anew. */
  readonly fields: readonly FieldName[];
}

export type FieldName = 'password' | 'token';
