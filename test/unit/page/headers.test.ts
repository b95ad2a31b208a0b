import { describe, expect, test } from '@jest/globals';
import { LINK, PageBench, VIEWS, WRONG_LINK } from '../../support/page-bench.ts';

const TOKEN = 'token=Abcdefghijklmnopqrstuvwx';
const EXPECTED = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
};

type Asking = (bench: PageBench) => Promise<Response>;

const ANSWERS: readonly (readonly [string, number, Asking])[] = [
  ['a page', 200, (bench) => bench.get(`/p/${LINK}`)],
  ['its progress', 200, (bench) => bench.get(`/p/${LINK}/progress`)],
  ['a redirection', 303, (bench) => bench.post(`/p/${LINK}/token`, TOKEN)],
  ['a problem', 422, (bench) => bench.post(`/p/${LINK}/token`, 'token=x')],
  ['a link that is not valid', 404, (bench) => bench.get(`/p/${WRONG_LINK}`)],
  ['a path that there is not', 404, (bench) => bench.get('/')],
  ['a wrong method', 405, (bench) => bench.request('PUT', `/p/${LINK}`)],
  [
    'a form of another website',
    403,
    (bench) => bench.post(`/p/${LINK}/token`, TOKEN, { Origin: 'https://x.test' }),
  ],
  [
    'a fault',
    503,
    (bench) => {
      bench.fault = { of: 'ledger', error: new Error('no ledger') };
      return bench.get(`/p/${LINK}`);
    },
  ],
];

describe.each(ANSWERS)('the headers of %s', (_name, status, ask) => {
  test('keep it from being kept, framed, sniffed, indexed and mixed with anything', async () => {
    const response = await ask(new PageBench());
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({ ...EXPECTED, 'cache-control': 'no-store' });
    expect(response.headers.get('permissions-policy')).toMatch(/camera=\(\).*microphone=\(\)/);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('what a page loads', () => {
  test('is named by its content, has its type, and may be kept; its headers are as strict', async () => {
    const bench = new PageBench();
    const html = await bench.html(`/p/${LINK}`);
    const files = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, file]) => file ?? '');
    expect(files.map((file) => file.replace(/[0-9a-f]{16}/, 'hash'))).toEqual([
      '/assets/hash.css',
      '/assets/hash.svg',
      '/assets/hash.js',
    ]);
    const answers = await Promise.all(files.map((file) => bench.get(file)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ headers }) => headers.get('Content-Type'))).toEqual([
      'text/css; charset=utf-8',
      'image/svg+xml',
      'text/javascript; charset=utf-8',
    ]);
    for (const { headers } of answers) {
      expect(Object.fromEntries(headers)).toMatchObject(EXPECTED);
      expect(headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    }
  });

  test.each(Object.entries(VIEWS))('is nothing inline, as "%s" shows', async (_name, view) => {
    const bench = new PageBench();
    bench.view = view;
    for (const language of ['en', 'ja']) {
      const html = await bench.html(`/p/${LINK}?lang=${language}`);
      expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|<iframe|<img|<base/i);
      expect(html.match(/<script\b[^>]*>[^<]*<\/script>/g)).toEqual([
        expect.stringMatching(/^<script src="\/assets\/\w+\.js" defer><\/script>$/),
      ]);
    }
  });
});
