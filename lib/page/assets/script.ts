/**
 * The script of the page: a page that is left alone goes on by itself. Nothing
 * depends on it.
 *
 * It asks for the part of the page that tells the state, and puts it in the place
 * of the old one when the state is another; in the same state only the figures
 * that change are replaced, so that what a person is typing stays. It asks less
 * often the longer nothing happens and when no answer comes, not at all while
 * the page is hidden, and never again when the state is final.
 */
export const SCRIPT = `'use strict';
(() => {
  const LONGEST_SECONDS = 60;
  const find = (id) => document.getElementById(id);
  const { page, progress } = document.body.dataset;
  let timer;
  let unchanged = 0;
  let failures = 0;
  let isSent = false;
  let isLooking = false;

  const say = (text) => {
    const announcer = find('announcer');
    if (announcer.textContent !== text) announcer.textContent = text;
  };

  const schedule = () => {
    clearTimeout(timer);
    const seconds = Number(find('main').dataset.poll);
    if (!seconds || isSent || document.hidden) return;
    const patience = Math.min(1.5 ** unchanged, 8) * 2 ** Math.min(failures, 6);
    timer = setTimeout(look, Math.min(seconds * patience, LONGEST_SECONDS) * 1000);
  };

  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const answer = await fetch(progress, { cache: 'no-store', credentials: 'omit' });
      if (answer.status !== 200 && answer.status !== 404) throw new Error('no state');
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('main');
      if (!next) throw new Error('no state');
      failures = 0;
      unchanged = !isSent && show(next) ? 0 : unchanged + 1;
    } catch {
      failures += 1;
    }
    isLooking = false;
    schedule();
  };

  const show = (next) => {
    const main = find('main');
    if (next.dataset.state === main.dataset.state) {
      refresh(next);
      return false;
    }
    const isTyped = [...main.querySelectorAll('textarea, input')].some((field) => field.value !== '');
    if (isTyped && next.dataset.keep === 'yes') {
      say(next.dataset.heading);
      return false;
    }
    const hadFocus = main.contains(document.activeElement);
    main.replaceWith(document.adoptNode(next));
    document.title = next.dataset.title;
    say(next.dataset.heading);
    if (hadFocus) find('heading').focus();
    return true;
  };

  const refresh = (next) => {
    for (const part of next.querySelectorAll('[data-live]')) {
      const old = find(part.id);
      if (old && old.textContent !== part.textContent) old.replaceChildren(...part.childNodes);
    }
  };

  document.addEventListener('submit', (event) => {
    if (isSent) {
      event.preventDefault();
      return;
    }
    isSent = true;
    clearTimeout(timer);
    const button = event.target.querySelector('button');
    button.setAttribute('aria-disabled', 'true');
    button.textContent = button.dataset.busy;
    say(button.dataset.busy);
  });

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) clearTimeout(timer);
    else if (Number(find('main').dataset.poll) && !isSent) look();
  });

  // A page out of the browser's memory may be of yesterday.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.replace(page);
  });

  find('problem')?.focus();
  if (progress) schedule();
})();
`;
