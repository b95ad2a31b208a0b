import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Redacted } from '../../../lib/core/redacted.ts';
import { readPastedToken } from '../../../lib/core/token-mail/paste.ts';
import { hostileText } from '../../support/hostile.ts';
import { FORM, LINK, PageBench, VIEWS } from '../../support/page-bench.ts';

const RUNS = 5_000;
const SEED = 20_261_124;
/** So many characters of what was pasted, in a row, on a page are a reflection. */
const WINDOW = 14;

const tokenish = fc.string({
  unit: fc.constantFrom(...'ABCXYZabcxyz0189'),
  minLength: 18,
  maxLength: 34,
});

/** What is nearly a token: other scripts' digits and letters, blanks of all kinds, tricks of direction. */
const nearToken = fc
  .tuple(
    tokenish,
    fc.array(
      fc.tuple(
        fc.nat({ max: 34 }),
        fc.constantFrom(
          ' ',
          '\r\n',
          '\t',
          '\u00a0',
          '\u200b',
          '\u2060',
          '\ufeff',
          '\u202e',
          '\u2066',
          '\u0661',
          '\uff21',
          '\u0410',
          '\u0000',
          '\u001b[31m',
          '+',
          '%',
          '&',
          '=',
          '<',
          '"',
        ),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([token, extras]) =>
    extras.reduce((text, [at, extra]) => text.slice(0, at) + extra + text.slice(at), token),
  );

const mailish = fc
  .array(
    fc.oneof(
      tokenish.map((token) => `Security token (case-sensitive): ${token}`),
      tokenish.map((token) => `セキュリティトークン (大文字と小文字を区別): ${token}`),
      hostileText.map((text) => `Security token: ${text}`),
      hostileText.map((text) => `Username: ${text}`),
      fc.constant('Username: billing@acme.com'),
      hostileText,
    ),
    { maxLength: 6 },
  )
  .map((lines) => lines.join('\r\n'));

const markup = fc
  .tuple(
    hostileText,
    fc.constantFrom(
      '<script>',
      '"><img src=x onerror=alert(1)>',
      "'-alert(1)-'",
      '#{7*7}',
      '{{7*7}}',
      '</textarea>',
      '{"token":1}',
      '__proto__',
      'constructor',
    ),
  )
  .map(([text, trick]) => `${trick}${text}${trick}`);

const huge = fc
  .tuple(
    fc.constantFrom(' ', 'a', 'A1', '\u200b', '\r\n', 'Security token: ', '> ', 'あ', '<'),
    fc.constantFrom(1_000, 10_000, 70_000),
  )
  .map(([unit, length]) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length));

const paste = fc.oneof(
  { weight: 6, arbitrary: nearToken },
  { weight: 4, arbitrary: mailish },
  { weight: 4, arbitrary: hostileText },
  { weight: 3, arbitrary: markup },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  { weight: 1, arbitrary: huge },
);

function encoded(text: string): string {
  return new URLSearchParams({ token: text }).toString();
}

/** What the form carries in the end: lone surrogates do not survive the encoding. */
function arriving(text: string): Redacted {
  return Redacted.of(new URLSearchParams(encoded(text)).get('token') ?? '');
}

/** Runs of what was pasted that are on the page and are not of it anyway. */
function reflected(text: string, html: string, ownHtml: string): readonly string[] {
  const runs = Array.from({ length: Math.min(40, Math.max(0, text.length - WINDOW + 1)) }, (_none, index) =>
    text.slice(index, index + WINDOW),
  );
  return runs.filter((run) => run.trim() !== '' && html.includes(run) && !ownHtml.includes(run));
}

describe('ten thousand hostile pastes', () => {
  test('of a well-formed form: the door gets what core would take, as it is, and nothing comes back', async () => {
    const own = `${await new PageBench().html(`/p/${LINK}?lang=en`)}${await page422()}`;
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(paste, async (text) => {
        const bench = new PageBench();
        const response = await bench.post(`/p/${LINK}/token?lang=en`, encoded(text));
        const html = await response.text();
        const reading = readPastedToken(arriving(text));
        kinds.add(reading.kind === 'token' ? 'token' : reading.problem);

        expect(response.status).toBe(reading.kind === 'token' ? 303 : 422);
        expect(bench.sent).toHaveLength(reading.kind === 'token' ? 1 : 0);
        for (const sent of bench.sent)
          expect(sent.action === 'submit-token' && sent.pasted.equals(arriving(text))).toBe(true);
        if (reading.kind === 'problem') expect(html).toContain(`data-code="unusable-${reading.problem}"`);
        expect(reflected(text, html, own)).toEqual([]);
        expect(response.headers.get('Location') ?? `/p/${LINK}?lang=en`).toBe(`/p/${LINK}?lang=en`);
        expect(bench.warnings).toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect([...kinds].sort()).toEqual([
      'empty',
      'looks-like-words',
      'token',
      'whole-mail-with-two-tokens',
      'whole-mail-without-token',
      'wrong-characters',
      'wrong-length',
    ]);
  }, 120_000);

  test('in every broken form: nothing but a whole form of one token reaches the door', async () => {
    const field = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('token', 'password') },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'Token',
          'token[]',
          'token.x',
          '__proto__',
          'constructor',
          '',
          'toke%6e',
          'token%00',
        ),
      },
    );
    const value = fc.oneof(
      paste.filter((text) => text.length < 2_000).map((text) => encodeURIComponent(text.toWellFormed())),
      fc.constantFrom(
        '',
        '%',
        '%zz',
        '%c3%28',
        '%ff%fe',
        '%u0041',
        '%00',
        '+',
        '==',
        ';',
        '#',
        'Abcdefghijklmnopqrstuvwx',
      ),
    );
    const pairs = fc
      .array(fc.tuple(field, fc.constantFrom('=', '', '==', ':'), value), { maxLength: 4 })
      .chain((list) =>
        fc.constantFrom('&', '&&', ';', '\r\n').map((glue) => list.map((pair) => pair.join('')).join(glue)),
      );
    const body = fc.oneof(
      { weight: 6, arbitrary: pairs.map((text) => Buffer.from(text)) },
      { weight: 2, arbitrary: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)) },
      {
        weight: 1,
        arbitrary: value.map((text) =>
          Buffer.from(`--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n${text}\r\n--b--`),
        ),
      },
      { weight: 1, arbitrary: fc.jsonValue().map((json) => Buffer.from(JSON.stringify(json))) },
    );
    const type = fc.oneof(
      { weight: 12, arbitrary: fc.constant(FORM) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'multipart/form-data; boundary=b',
          'application/json',
          'text/plain',
          `${FORM};charset=utf-7`,
          '*/*',
          FORM.toUpperCase(),
        ),
      },
    );
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(
        body,
        type,
        fc.constantFrom('token', 'credential'),
        async (bytes, contentType, form) => {
          const bench = new PageBench();
          bench.view = form === 'token' ? VIEWS.token : VIEWS.credential;
          const response = await bench.post(`/p/${LINK}/${form}?lang=en`, Uint8Array.from(bytes), {
            'Content-Type': contentType,
          });
          const html = await response.text();
          const fields = [...new URLSearchParams(bytes.toString('utf8'))];
          const tokens = fields.filter(([name]) => name === 'token').map(([, token]) => Redacted.of(token));

          expect([303, 422]).toContain(response.status);
          expect(bench.sent).toHaveLength(response.status === 303 ? 1 : 0);
          for (const sent of bench.sent) {
            accepted += 1;
            expect(contentType.toLowerCase()).toBe(FORM);
            expect(
              fields.every(([name]) => name === 'token' || (name === 'password' && form === 'credential')),
            ).toBe(true);
            expect(tokens.length).toBeLessThan(2);
            expect('pasted' in sent && sent.pasted.equals(tokens[0] ?? Redacted.of(''))).toBe(true);
          }
          expect(html).not.toMatch(/<script>|onerror=|\[object|at file:/);
          expect(bench.warnings).toEqual([]);
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
    expect(accepted).toBeGreaterThan(50);
  }, 120_000);
});

/** Everything that the page says by itself of what it did not take. */
async function page422(): Promise<string> {
  const pages = await Promise.all(
    [
      '',
      'x',
      '!',
      'some words',
      'Username: x',
      'Security token: ABCXYZabcxyz0189ABCXYZ\nSecurity token: BBCXYZabcxyz0189ABCXYZ',
    ].map(async (text) => {
      const response = await new PageBench().post(`/p/${LINK}/token?lang=en`, encoded(text));
      return response.text();
    }),
  );
  return pages.join('');
}
