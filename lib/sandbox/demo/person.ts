import { setTimeout as pause } from 'node:timers/promises';
import { readableMail } from '../readable-mail.ts';
import type { Sandbox } from '../sandbox.ts';
import { newestLink } from '../told-links.ts';
import { PageVisitor } from './page-visitor.ts';
import type { ProgressLine } from './progress.ts';

/** A person is slower; the page is asked no more often than this. */
const LOOK_EVERY_MILLISECONDS = 100;

type Place = Pick<Sandbox, 'messages' | 'mailbox' | 'clock'>;

/**
 * Plays the person who is asked for a token, with what a person has: the link
 * in the message, the prompt page in a browser, and the user's mailbox. Returns
 * when the page wants nothing more.
 *
 * @throws AbortError when `signal` says that nobody is needed any more.
 */
export async function bringToken(
  sandbox: Place,
  credential: string,
  onLine: (line: ProgressLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const say = (message: string) =>
    onLine({ at: sandbox.clock.now().toISOString(), event: 'Person', phase: 'a person', message });
  const had = sandbox.mailbox.mails.length;
  const visitor = await PageVisitor.open(await until(() => newestLink(sandbox.messages, credential), signal));
  say('Opens the link in the message.');
  if (visitor.state === 'invitation') {
    say('Presses Start.');
    await visitor.submit({});
  }
  await until(() => stateOtherThan(visitor, 'changing'), signal);
  const mail = await until(() => sandbox.mailbox.mails.slice(had).at(-1), signal);
  const { subject, text } = await readableMail(mail);
  say(`Pastes the mail "${subject}" into the page.`);
  await visitor.submit({ token: text });
  if (visitor.status >= 400) throw new Error(`the page did not take the token (HTTP ${visitor.status})`);
}

/** The state of the page, once it is another one. */
async function stateOtherThan(visitor: PageVisitor, state: string): Promise<string | undefined> {
  if (visitor.state === state) await visitor.lookAgain();
  return visitor.state === state ? undefined : visitor.state;
}

async function until<Found>(
  look: () => Found | undefined | Promise<Found | undefined>,
  signal: AbortSignal,
): Promise<Found> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(LOOK_EVERY_MILLISECONDS, undefined, { signal });
  }
}
