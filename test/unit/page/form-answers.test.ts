import { describe, expect, test } from '@jest/globals';
import { CommandNotCarriedOut } from '../../../lib/core/errors.ts';
import type { SubmissionOutcome } from '../../../lib/core/intake/submission.ts';
import { Redacted } from '../../../lib/core/redacted.ts';
import type { ValidView } from '../../../lib/page/services.ts';
import { LINK, PageBench, part, VIEWS, type ViewName } from '../../support/page-bench.ts';

const TOKEN = 'Abcdefghijklmnopqrstuvwx';
const PASSWORD = 'correct-horse-battery';

async function pasted(bench: PageBench, token = TOKEN): Promise<Response> {
  return bench.post(`/p/${LINK}/token?lang=en`, new URLSearchParams({ token }).toString());
}

async function told(outcome: SubmissionOutcome, viewAfter?: ValidView) {
  const bench = new PageBench();
  bench.outcome = outcome;
  bench.viewAfter = viewAfter;
  const response = await pasted(bench);
  return { bench, response, html: await response.text() };
}

describe('a token that is accepted', () => {
  test('is sent on with its rotation, and leads back to the page', async () => {
    const bench = new PageBench();
    const response = await pasted(bench);
    expect(response.status).toBe(303);
    expect(response.headers.get('Location')).toBe(`/p/${LINK}?lang=en`);
    expect(bench.sent).toEqual([
      {
        action: 'submit-token',
        credential: 'billing',
        rotationId: 'rotation-1',
        by: 'the prompt page',
        pasted: expect.any(Redacted),
      },
    ]);
    expect(bench.sent.map((sent) => 'pasted' in sent && sent.pasted.equals(Redacted.of(TOKEN)))).toEqual([
      true,
    ]);
  });

  test('may be a whole mail, with umlauts, line breaks and invisible characters', async () => {
    const bench = new PageBench();
    const mail = `Grüße,\r\nUsername: billing@acme.com\r\nSecurity token (case-sensitive): \u200b${TOKEN}\r\n`;
    expect((await pasted(bench, mail)).status).toBe(303);
    expect(bench.sent.map((sent) => 'pasted' in sent && sent.pasted.equals(Redacted.of(mail)))).toEqual([
      true,
    ]);
  });
});

const PROBLEMS = [
  ['empty', '  \n', 'The field is empty'],
  ['wrong-length', 'Abc123', '24 or 25 letters and digits'],
  ['wrong-characters', 'p4ssw0rd-with-a-hyphen!', 'looks like a password'],
  ['looks-like-words', 'please find the token in the mail', 'looks like a sentence'],
  ['whole-mail-without-token', 'Username: billing@acme.com\nHello', 'there is no token in it'],
  [
    'whole-mail-with-two-tokens',
    `Security token: ${TOKEN}\nSecurity token: ${TOKEN.toUpperCase()}`,
    'more than one token',
  ],
] as const;

describe('what cannot be a token', () => {
  test.each(PROBLEMS)('%s is told at once and sent to nobody', async (problem, text, words) => {
    const bench = new PageBench();
    const response = await pasted(bench, text);
    const html = await response.text();
    expect(response.status).toBe(422);
    expect(bench.sent).toEqual([]);
    expect(html).toContain(`data-code="unusable-${problem}"`);
    expect(part(html, 'problem-text')).toContain(words);
    if (text.trim() !== '') expect(html).not.toContain(text);
  });

  test.each([
    ['is-password', 'This is the password'],
    ['is-previous-token', 'This is the previous token'],
    ['other-user', 'Username” says billing@acme.com'],
  ] as const)('%s, as core found it, is told', async (problem, words) => {
    const { response, html } = await told({ kind: 'unusable', problem });
    expect(response.status).toBe(422);
    expect(part(html, 'problem-text')).toContain(words);
    expect(part(html, 'problem-text')).toContain('no attempt was spent');
  });
});

const REJECTIONS = [
  ['wrong-password-or-token', 'newest mail'],
  ['token-missing', 'the token is missing'],
  ['locked', 'locked out'],
  ['ip-restricted', 'the address of this service'],
  ['time-restricted', 'at this hour'],
  ['password-expired', 'expired'],
  ['inactive', 'disabled'],
  ['frozen', 'frozen'],
  ['rate-exceeded', 'too many logins'],
  ['password-flow-disabled', 'switched off'],
  ['api-disabled', 'API Enabled'],
  ['unknown', 'does not say why'],
] as const;

describe('what Salesforce refused', () => {
  test.each(REJECTIONS)('%s says so, and how many attempts are left', async (because, words) => {
    const { response, html } = await told({ kind: 'rejected', because, attemptsLeft: 2 });
    expect(response.status).toBe(422);
    expect(html).toContain(`data-code="rejected-${because}"`);
    expect(part(html, 'problem-text')).toContain(words);
    expect(part(html, 'problem-text')).toContain('2 attempts left');
  });
});

const OTHERS: readonly (readonly [string, SubmissionOutcome, number, string])[] = [
  ['another token is being tried', { kind: 'busy', sameToken: false }, 409, 'Another token is being tried'],
  ['the same token is being tried', { kind: 'busy', sameToken: true }, 409, 'This very token is being tried'],
  ['no answer of Salesforce', { kind: 'unanswered', attemptsLeft: 1 }, 502, '1 attempt left'],
  ['not waiting', { kind: 'declined', reason: 'not-waiting' }, 409, 'does not wait for a token'],
  ['refused before', { kind: 'declined', reason: 'refused-before' }, 409, 'refused this very token before'],
  ['blocked', { kind: 'declined', reason: 'blocked' }, 409, 'nothing was tried'],
  ['accepted already', { kind: 'declined', reason: 'already-verified' }, 409, 'was accepted already'],
  ['an earlier rotation', { kind: 'declined', reason: 'another-rotation' }, 409, 'an earlier rotation'],
  ['a token alone', { kind: 'declined', reason: 'password-needed' }, 409, 'a token alone is not enough'],
];

describe('other answers', () => {
  test.each(OTHERS)('%s', async (_name, outcome, status, words) => {
    const { response, html } = await told(outcome);
    expect(response.status).toBe(status);
    expect(part(html, 'problem-text')).toContain(words);
  });

  test('too soon says when to try again, to people and to programs', async () => {
    const { response, html } = await told({ kind: 'too-soon', tryAgainAt: '2026-11-24T10:35:00.000Z' });
    expect(response.status).toBe(429);
    expect(response.headers.get('Retry-After')).toBe('300');
    expect(part(html, 'problem-text')).toContain('2026-11-24 10:35 UTC (in 5 minutes)');
  });

  const BLOCKED = {
    kind: 'blocked',
    message: 'The user is locked out.',
    remedy: 'Unlock the user.',
  } as const;

  test('blocked shows the blocked state below', async () => {
    const { response, html } = await told(BLOCKED, VIEWS.blocked);
    expect(response.status).toBe(409);
    expect(html).toContain('data-state="blocked"');
    expect(part(html, 'problem-text')).toBe(
      'The rotation has stopped. What happened, and what to do, stands below.',
    );
  });

  test('blocked that was lifted meanwhile says what it was', async () => {
    const { html } = await told(BLOCKED);
    expect(part(html, 'problem-text')).toContain('The user is locked out. Unlock the user.');
  });

  test('no answer of the door says that nothing is lost, and is noted', async () => {
    const bench = new PageBench();
    bench.fault = { of: 'door', error: new CommandNotCarriedOut('no answer') };
    const response = await pasted(bench);
    expect(response.status).toBe(503);
    expect(part(await response.text(), 'problem-text')).toContain('Nothing is lost');
    expect(bench.warnings).toEqual([
      { message: 'A command of the prompt page was not answered.', error: bench.fault.error },
    ]);
  });

  test('an answer that says nothing of the submission counts as none', async () => {
    const bench = new PageBench();
    bench.outcome = undefined;
    expect((await pasted(bench)).status).toBe(503);
  });
});

describe('a page with a problem', () => {
  test('tells it aloud, first and in the title, and marks the field', async () => {
    const { html } = await told({ kind: 'rejected', because: 'unknown', attemptsLeft: 2 });
    expect(html).toContain('<title>Error: Paste the security token – billing</title>');
    expect(html).toMatch(/<div class="problem" id="problem" role="alert" tabindex="-1" autofocus/);
    expect(html.indexOf('id="problem"')).toBeLessThan(html.indexOf('<h1'));
    expect(/<textarea[^>]*>/.exec(html)?.[0]).toContain(
      'aria-describedby="problem-text token-hint" aria-invalid="true"',
    );
    expect(html).toMatch(/<textarea[^>]*><\/textarea>/);
  });

  test('without a problem marks nothing', async () => {
    const html = await new PageBench().html(`/p/${LINK}`);
    expect(html).not.toMatch(/role="alert"|aria-invalid|autofocus/);
    expect(/<textarea[^>]*>/.exec(html)?.[0]).toContain('aria-describedby="token-hint"');
  });

  test('shows the state as it is now', async () => {
    const { html } = await told({ kind: 'declined', reason: 'already-verified' }, VIEWS.swapping);
    expect(html).toContain('data-state="swapping"');
    expect(html).not.toContain('<form');
  });

  test('never shows what was sent, nor passes it to the log', async () => {
    const bench = new PageBench();
    bench.view = VIEWS.credential;
    bench.outcome = { kind: 'rejected', because: 'unknown', attemptsLeft: 1 };
    const body = new URLSearchParams({ password: PASSWORD, token: TOKEN }).toString();
    const response = await bench.post(`/p/${LINK}/credential`, body);
    const said = (await response.text()) + JSON.stringify([...response.headers]) + JSON.stringify(bench.sent);
    expect(bench.sent).toHaveLength(1);
    expect(said).not.toContain(PASSWORD);
    expect(said).not.toContain(TOKEN);
  });
});

describe('a password with its token', () => {
  const send = (bench: PageBench, fields: Record<string, string>) =>
    bench.post(`/p/${LINK}/credential?lang=en`, new URLSearchParams(fields).toString());

  function waiting(): PageBench {
    const bench = new PageBench();
    bench.view = VIEWS.credential;
    return bench;
  }

  test('are sent on as they are, blanks of the password included', async () => {
    const bench = waiting();
    expect((await send(bench, { password: ' päss wort ', token: TOKEN })).status).toBe(303);
    const [sent] = bench.sent;
    expect(sent).toMatchObject({
      action: 'submit-credential',
      credential: 'billing',
      rotationId: 'rotation-1',
    });
    expect(sent?.action === 'submit-credential' && sent.password.equals(Redacted.of(' päss wort '))).toBe(
      true,
    );
  });

  test('the password must not be missing', async () => {
    const bench = waiting();
    const response = await send(bench, { password: '', token: TOKEN });
    const html = await response.text();
    expect(response.status).toBe(422);
    expect(html).toContain('data-code="unusable-no-password"');
    expect(/<input[^>]*>/.exec(html)?.[0]).toContain('aria-invalid="true"');
    expect(/<textarea[^>]*>/.exec(html)?.[0]).not.toContain('aria-invalid');
    expect(bench.sent).toEqual([]);
  });

  test('the token may be missing: core knows whether one is needed', async () => {
    const bench = waiting();
    await send(bench, { password: PASSWORD, token: '' });
    expect(bench.sent).toHaveLength(1);
  });

  test('the token must not be something else', async () => {
    const bench = waiting();
    const response = await send(bench, { password: PASSWORD, token: 'x' });
    expect(await response.text()).toContain('data-code="unusable-wrong-length"');
    expect(bench.sent).toEqual([]);
  });
});

describe('Start', () => {
  test('sends the one command, without a field, and leads back to the page', async () => {
    const bench = new PageBench();
    bench.view = VIEWS.invitation;
    const response = await bench.post(`/p/${LINK}/start`, '');
    expect([response.status, response.headers.get('Location')]).toEqual([303, `/p/${LINK}`]);
    expect(bench.sent).toEqual([
      { action: 'start', credential: 'billing', rotationId: 'rotation-1', by: 'the prompt page' },
    ]);
  });

  test.each(['changing', 'token', 'done', 'blocked'] as const)(
    'pressed again in "%s" does nothing',
    async (name) => {
      const bench = new PageBench();
      bench.view = VIEWS[name];
      expect((await bench.post(`/p/${LINK}/start`, '')).status).toBe(303);
      expect(bench.sent).toEqual([]);
    },
  );

  test('without an answer says so', async () => {
    const bench = new PageBench();
    bench.view = VIEWS.invitation;
    bench.fault = { of: 'door', error: new Error('no') };
    const response = await bench.post(`/p/${LINK}/start`, '');
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('data-code="no-answer"');
  });
});

const UNWANTED: readonly (readonly [ViewName, string, string])[] = [
  ['invitation', 'token', 'declined-not-waiting'],
  ['changing', 'token', 'declined-not-waiting'],
  ['blocked', 'token', 'declined-blocked'],
  ['verified', 'token', 'declined-already-verified'],
  ['staged', 'token', 'declined-already-verified'],
  ['swapping', 'token', 'declined-already-verified'],
  ['done', 'token', 'declined-already-verified'],
  ['credential', 'token', 'declined-password-needed'],
  ['token', 'credential', 'declined-not-waiting'],
  ['done', 'credential', 'declined-already-verified'],
];

describe('what the state does not wait for', () => {
  test.each(UNWANTED)('in "%s", a %s is declined as %s and sent to nobody', async (name, form, code) => {
    const bench = new PageBench();
    bench.view = VIEWS[name];
    const fields: Record<string, string> = {
      token: TOKEN,
      ...(form === 'credential' ? { password: PASSWORD } : {}),
    };
    const response = await bench.post(`/p/${LINK}/${form}`, new URLSearchParams(fields).toString());
    expect(response.status).toBe(409);
    expect(await response.text()).toContain(`data-code="${code}"`);
    expect(bench.sent).toEqual([]);
  });

  test('a token that comes while another is tried is sent on: core tells whether it is the same', async () => {
    const bench = new PageBench();
    bench.view = VIEWS['token-checking'];
    bench.outcome = { kind: 'busy', sameToken: true };
    const response = await pasted(bench);
    expect(bench.sent).toHaveLength(1);
    expect(await response.text()).toContain('data-state="checking"');
  });
});
