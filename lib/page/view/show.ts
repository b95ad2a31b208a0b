import type { PromptView } from '../../core/prompt/prompt-view.ts';
import type { PagePaths } from '../paths.ts';
import type { Words } from '../wording/words.ts';
import { blocked } from './blocked.ts';
import { credentialForm } from './credential-form.ts';
import { done } from './done.ts';
import { invitation } from './invitation.ts';
import { gone } from './refused.ts';
import type { Notice, Situation } from './situation.ts';
import { tokenForm } from './token-form.ts';
import { changing, checking, staged, swapping, verified } from './waiting.ts';

/** What a view looks like. */
export function situationOf(
  words: Words,
  view: PromptView,
  paths: PagePaths,
  now: Date,
  notice?: Notice,
): Situation {
  switch (view.kind) {
    case 'gone':
      return gone(words);
    case 'invitation':
      return invitation(words, view, view.invitedAt, paths);
    case 'changing':
      return changing(words);
    case 'token':
      return view.isChecking ? checking(words) : tokenForm(words, view, paths, notice);
    case 'credential':
      return view.isChecking ? checking(words) : credentialForm(words, view, paths, notice);
    case 'blocked':
      return blocked(words, view.refusal, view.at);
    case 'verified':
      return verified(words, view.commitAt, now);
    case 'staged':
      return staged(words);
    case 'swapping':
      return swapping(words);
    case 'done':
      return done(words, view);
  }
}
