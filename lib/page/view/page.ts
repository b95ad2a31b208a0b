import { html } from 'hono/html';
import type { PromptSubject } from '../../core/prompt/prompt-view.ts';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../language.ts';
import type { PagePaths } from '../paths.ts';
import type { Html, Words } from '../wording/words.ts';
import { facts } from './facts.ts';
import type { Notice, Situation } from './situation.ts';

export interface PageParts {
  readonly words: Words;
  readonly paths: PagePaths;
  readonly situation: Situation;
  /** `undefined` on a page that belongs to no valid link. */
  readonly subject: PromptSubject | undefined;
  readonly notice?: Notice | undefined;
}

/** A whole page. */
export function page(parts: PageParts): Html {
  const { words, paths, situation, subject } = parts;
  const isLive = subject !== undefined;
  return html`<!doctype html>
<html lang="${words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>${titleOf(parts)}</title>
<link rel="stylesheet" href="${paths.asset('style')}">
<link rel="icon" type="image/svg+xml" href="${paths.asset('icon')}">
<script src="${paths.asset('script')}" defer></script>
${isLive && situation.reloadSeconds ? reload(situation.reloadSeconds, paths.page) : ''}
</head>
<body${isLive ? html` data-page="${paths.page}" data-progress="${paths.progress}"` : ''}>
<a class="skip" href="#main">${words.text('skip')}</a>
<header class="top">
<p>${words.text('brand')}</p>
<nav aria-label="${words.text('language')}"><ul>${LANGUAGES.map((language) => choice(words, paths, language))}</ul></nav>
</header>
${mainPart(parts)}
<p class="unseen" id="announcer" role="status" aria-live="polite"></p>
</body>
</html>
`;
}

/** The part of a page that tells the state, and that the script replaces. */
export function mainPart(parts: PageParts): Html {
  const { words, situation, subject, notice } = parts;
  const keep = situation.isPassing ? html` data-keep="yes"` : '';
  return html`<main id="main" tabindex="-1" data-state="${situation.state}" data-poll="${situation.pollSeconds}" data-title="${titleOf(parts)}" data-heading="${situation.heading}"${keep}>
${notice === undefined ? '' : problem(words, notice)}
<h1 id="heading" tabindex="-1">${situation.heading}</h1>
<p class="lead" id="lead">${situation.lead}</p>
${situation.body}
${subject === undefined ? '' : facts(words, subject)}
</main>`;
}

function titleOf({ words, situation, subject, notice }: PageParts): string {
  const heading =
    notice === undefined ? situation.heading : words.text('problemTitle', { heading: situation.heading });
  return [heading, subject?.credential ?? words.text('brand')].join(' – ');
}

/** Told at once by a screen reader, and focused, so that the next key goes on from here. */
function problem(words: Words, { code, text }: Notice): Html {
  return html`<div class="problem" id="problem" role="alert" tabindex="-1" autofocus data-code="${code}">
<p class="problem-title">${words.text('problem.title')}</p>
<p id="problem-text">${text}</p>
</div>`;
}

function reload(seconds: number, path: string): Html {
  return html`<noscript><meta http-equiv="refresh" content="${seconds};url=${path}"></noscript>`;
}

function choice(words: Words, paths: PagePaths, language: Language): Html {
  const name = LANGUAGE_NAMES[language];
  return language === words.language
    ? html`<li><span lang="${language}" aria-current="true">${name}</span></li>`
    : html`<li><a href="${paths.inLanguage(language)}" lang="${language}" hreflang="${language}">${name}</a></li>`;
}
