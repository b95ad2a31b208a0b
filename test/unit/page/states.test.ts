import { describe, expect, test } from '@jest/globals';
import type { ValidView } from '../../../lib/page/services.ts';
import { LINK, PageBench, part, VIEWS, type ViewName } from '../../support/page-bench.ts';

const NAMES = Object.keys(VIEWS) as readonly ViewName[];
const LANGUAGES = ['en', 'ja'] as const;
const SITUATIONS = NAMES.flatMap((name) => LANGUAGES.map((language) => [name, language] as const));

async function shown(view: ValidView, language: string): Promise<string> {
  const bench = new PageBench();
  bench.view = view;
  return bench.html(`/p/${LINK}?lang=${language}`);
}

describe.each(SITUATIONS)('the page of "%s" in %s', (name, language) => {
  const page = shown(VIEWS[name], language);

  test('has one heading that says the state, and a title that says it, too', async () => {
    const html = await page;
    expect(html.match(/<h1\b/g)).toHaveLength(1);
    const heading = part(html, 'heading');
    expect(heading.length).toBeGreaterThan(5);
    expect(html).toContain(`<title>${heading} – billing</title>`);
    expect(html).toContain(`data-heading="${heading}"`);
  });

  test('says that nothing is lost or left to do, in one sentence or two', async () => {
    expect(part(await page, 'lead')).toMatch(
      language === 'en'
        ? /nothing is lost|nothing has been changed|stored safely|only goes forward|nothing is left/i
        : /失われ|変更していません|安全に保管|先に進むだけ|残っている作業はありません/,
    );
  });

  test('is in its language, and leaves no word unfilled', async () => {
    const html = await page;
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).not.toMatch(/\{\w+\}|undefined|\[object|NaN|Invalid/);
  });

  test('says which credential it is about, and until when the link works', async () => {
    const html = await page;
    expect(part(html, 'fact-credential')).toBe('billing');
    expect(part(html, 'fact-username')).toBe('billing@acme.com');
    expect(part(html, 'fact-link')).toContain('datetime="2026-11-25T10:30:00.000Z"');
  });

  test('reloads itself without a script only where there is no form', async () => {
    const html = await page;
    const reloads = html.includes('http-equiv="refresh"');
    expect(reloads && html.includes('<form')).toBe(false);
    const waits = !html.includes('<form') && name !== 'done';
    expect(reloads).toBe(waits);
    if (reloads)
      expect(html).toMatch(
        /<noscript><meta http-equiv="refresh" content="\d+;url=\/p\/[\w-]{43}\?lang=\w+"><\/noscript>/,
      );
  });

  test('is looked at again by the script until it is done', async () => {
    const seconds = Number(/data-poll="(\d+)"/.exec(await page)?.[1]);
    expect(seconds > 0).toBe(name !== 'done');
  });

  test('is all ids and labels that it refers to', async () => {
    const html = await page;
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const referred = [...html.matchAll(/\s(?:for|aria-labelledby|aria-describedby)="([^"]+)"/g)].flatMap(
      ([, list]) => (list ?? '').split(' '),
    );
    expect(ids).toEqual(expect.arrayContaining(referred));
  });
});

describe('the invitation', () => {
  test('says that nothing has changed, for whom the outage is and how long, and what one needs', async () => {
    const html = await shown(VIEWS.invitation, 'en');
    expect(part(html, 'heading')).toContain('nothing has changed yet');
    expect(part(html, 'outage')).toContain('3 integrations with this user cannot log in');
    expect(part(html, 'outage')).toContain('a few minutes');
    expect(part(html, 'mailbox-needed')).toContain('access to the mailbox of billing@acme.com');
    expect(html).toContain(`<form id="start-form" method="post" action="/p/${LINK}/start?lang=en">`);
  });

  test('promises no outage where two users alternate', async () => {
    const html = await shown({ ...VIEWS.invitation, strategy: 'alternating-users' }, 'en');
    expect(part(html, 'outage')).toContain('No integration is interrupted');
  });

  test('counts one integration as one', async () => {
    const html = await shown({ ...VIEWS.invitation, integrations: 1 }, 'en');
    expect(part(html, 'outage')).toContain('1 integration with');
  });
});

describe('the form for a token', () => {
  test('has a field that nothing fills, checks or remembers', async () => {
    const field = /<textarea[^>]*><\/textarea>/.exec(await shown(VIEWS.token, 'en'))?.[0] ?? '';
    for (const attribute of [
      'autocomplete="off"',
      'spellcheck="false"',
      'autocapitalize="off"',
      'autocorrect="off"',
      'required',
    ])
      expect(field).toContain(attribute);
    expect(field).not.toContain('maxlength');
  });

  test('says where the mail went and how many attempts are left', async () => {
    const html = await shown(VIEWS.token, 'en');
    expect(part(html, 'mailed-to')).toContain('<strong>b•••@acme.com</strong>');
    expect(part(html, 'attempts-left')).toBe('3 attempts left');
    expect(part(await shown({ ...VIEWS.token, attemptsLeft: 1 }, 'en'), 'attempts-left')).toBe(
      '1 attempt left',
    );
    expect(html).toContain('id="reads-mailbox"');
    expect(await shown({ ...VIEWS.token, readsMailbox: false }, 'en')).not.toContain('id="reads-mailbox"');
  });

  test('warns of an address that no mail reaches', async () => {
    const mailbox = { masked: 'b•••@acme.com.invalid', reachable: false };
    expect(part(await shown({ ...VIEWS.token, mailbox }, 'en'), 'mailed-to')).toContain(
      'cannot receive mail',
    );
  });

  test('helps who got no mail, with the links that ask before they reset', async () => {
    const help = part(await shown(VIEWS.token, 'en'), 'no-mail');
    expect(help).toContain('https://acme.my.salesforce.com/_ui/system/security/ResetApiTokenEdit"');
    expect(help).toContain('https://acme.my.salesforce.com/lightning/settings/personal/ResetApiToken/home"');
    expect(help).not.toContain('ResetApiTokenConfirm');
    for (const word of [
      'spam',
      'b•••@acme.com',
      'Deliverability',
      '.invalid',
      'Login IP Ranges',
      'API Only User',
      'newest token',
      '15 minutes',
      '<code>sfrotate token billing</code>',
    ])
      expect(help).toContain(word);
  });

  test('without an address says whose it is', async () => {
    const { mailbox: _unknown, ...view } = VIEWS.token;
    const html = await shown(view, 'en');
    expect(part(html, 'mailed-to')).toBe('Salesforce sends it to the address on the user billing@acme.com.');
    expect(part(html, 'help-address')).toContain('the address on the user billing@acme.com');
  });
});

describe('the form after an outside change', () => {
  test('asks for the password hidden, and for a token that may be missing', async () => {
    const html = await shown(VIEWS.credential, 'en');
    expect(html).toContain(`action="/p/${LINK}/credential?lang=en"`);
    expect(/<input[^>]*>/.exec(html)?.[0]).toMatch(
      /name="password" type="password" required autocomplete="off"/,
    );
    expect(/<textarea[^>]*>/.exec(html)?.[0]).not.toContain('required');
    expect(part(html, 'attempts-left')).toBe('3 attempts left');
  });
});

describe('the steps', () => {
  test.each([
    ['token-checking', ['is-current', 'is-waiting', 'is-waiting']],
    ['verified', ['is-done', 'is-current', 'is-waiting']],
    ['verified-window', ['is-done', 'is-waiting', 'is-waiting']],
    ['staged', ['is-done', 'is-done', 'is-current']],
    ['swapping', ['is-done', 'is-done', 'is-current']],
    ['done', ['is-done', 'is-done', 'is-done']],
  ] as const)('of "%s"', async (name, expected) => {
    const html = await shown(VIEWS[name], 'en');
    const classes = ['verify', 'stage', 'swap'].map(
      (step) => new RegExp(`id="step-${step}" class="([\\w-]+)"`).exec(html)?.[1],
    );
    expect(classes).toEqual(expected);
    expect(html.match(/aria-current="step"/g) ?? []).toHaveLength(
      expected.filter((one) => one === 'is-current').length,
    );
  });
});

describe('other states', () => {
  test('blocked says what happened, the remedy, and when another try makes sense', async () => {
    const html = await shown(VIEWS.blocked, 'en');
    expect(part(html, 'blocked-what')).toContain('All allowed login attempts');
    expect(part(html, 'blocked-remedy')).toContain('resume after that');
    expect(part(html, 'not-before')).toContain('2026-11-24 11:00 UTC (in 30 minutes)');
    expect(part(html, 'resume')).toContain('<code>resume</code>');
  });

  test('blocked in Japanese has the words of core, too, marked as English', async () => {
    const html = await shown(VIEWS.blocked, 'ja');
    expect(part(html, 'blocked-what')).toContain('試行回数を使い切りました');
    expect(html).toContain('<p class="original" lang="en">All allowed login attempts');
    expect(part(html, 'not-before')).toContain('2026年11月24日 11:00(UTC)(30 分後)');
  });

  test('waiting for the window says when it opens; a window that is open is not waited for', async () => {
    const html = await shown(VIEWS['verified-window'], 'en');
    expect(html).toContain('data-state="verified-window"');
    expect(part(html, 'commit-at')).toContain('2026-11-26 10:30 UTC (in 2 days)');
    const open = await shown({ ...VIEWS.verified, commitAt: '2026-11-24T10:29:59.000Z' }, 'en');
    expect(open).toContain('data-state="verified"');
  });

  test.each([
    ['unchanged', 'had not changed'],
    ['mailbox', 'came by mail'],
    ['operator', 'A person brought'],
  ] as const)('done by %s says so', async (source, words) => {
    const html = await shown({ ...VIEWS.done, source }, 'en');
    expect(part(html, 'source')).toContain(words);
    expect(part(html, 'swapped')).toBe('Swapped: 3 integrations.');
    expect(part(html, 'completed-at')).toContain('2026-11-24 10:00 UTC (30 minutes ago)');
  });

  test('what is filled in is escaped', async () => {
    const html = await shown({ ...VIEWS.token, username: '<b>&"x"@acme.com', org: "o'<i>" }, 'en');
    expect(html).not.toMatch(/<b>|<i>/);
    expect(part(html, 'fact-username')).toBe('&lt;b&gt;&amp;&quot;x&quot;@acme.com');
  });
});
