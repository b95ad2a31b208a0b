import { html } from 'hono/html';
import type { Html } from '../wording/words.ts';

/** The operators' commands that the page names. */
export const COMMANDS = {
  token: (credential: string) => `sfrotate token ${credential}`,
  resume: 'resume',
  prompt: 'prompt',
} as const;

export function code(text: string): Html {
  return html`<code>${text}</code>`;
}
