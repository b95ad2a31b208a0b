import { html } from 'hono/html';
import type { Html, Words } from '../wording/words.ts';

const STEPS = ['verify', 'stage', 'swap'] as const;

type Step = (typeof STEPS)[number];

/** Where a rotation stands after a token was brought: which step is under way, and how many are done. */
export interface Progress {
  readonly done: number;
  readonly current?: Step;
}

/** Verify, stage, swap, as a list that says of each whether it is done. */
export function steps(words: Words, progress: Progress): Html {
  const items = STEPS.map((step, index) => stepItem(words, step, index, progress));
  return html`<h2 id="steps-title">${words.text('steps.title')}</h2>
<ol class="steps" id="steps" aria-labelledby="steps-title">${items}</ol>`;
}

function stepItem(words: Words, step: Step, index: number, { done, current }: Progress): Html {
  const state = index < done ? 'done' : step === current ? 'current' : 'waiting';
  const text = html`${words.text(`steps.${step}`)} <span class="step-state">${words.text(`steps.${state}`)}</span>`;
  return state === 'current'
    ? html`<li id="step-${step}" class="is-current" aria-current="step">${text}</li>`
    : html`<li id="step-${step}" class="is-${state}">${text}</li>`;
}
