import { describe, expect, test } from '@jest/globals';
import { LIMITS } from '../../../lib/page/http/limits.ts';
import { FORM, LINK, PageBench, part, VIEWS, WRONG_LINK } from '../../support/page-bench.ts';

const TOKEN = 'token=Abcdefghijklmnopqrstuvwx';
const PATHS = ['', '/progress'] as const;
const FORMS = ['start', 'token', 'credential'] as const;

describe('a request that only looks', () => {
  const everywhere = Object.values(VIEWS).flatMap((view) =>
    ['GET', 'HEAD'].flatMap((method) =>
      ['', '/progress', '/start', '/token', '/credential'].map((path) => ({ view, method, path })),
    ),
  );

  test('sends no command, whatever the state, the path and the query', async () => {
    const bench = new PageBench();
    for (const { view, method, path } of everywhere) {
      bench.view = view;
      const response = await bench.request(method, `/p/${LINK}${path}?${TOKEN}&action=start`);
      expect([200, 303]).toContain(response.status);
    }
    expect(everywhere.length).toBeGreaterThan(100);
    expect(bench.sent).toEqual([]);
  });

  test('HEAD answers as GET does, without the page', async () => {
    const bench = new PageBench();
    const get = await bench.get(`/p/${LINK}`);
    const head = await bench.request('HEAD', `/p/${LINK}`);
    expect(await head.text()).toBe('');
    expect([head.status, ...head.headers]).toEqual([get.status, ...get.headers]);
  });

  test("looks again at a form's own address by way of the page", async () => {
    for (const form of FORMS) {
      const bench = new PageBench();
      const response = await bench.get(`/p/${LINK}/${form}?lang=ja`);
      expect([response.status, response.headers.get('Location')]).toEqual([303, `/p/${LINK}?lang=ja`]);
      expect(bench.looked).toEqual([]);
    }
  });

  test('progress is the part of the page that tells the state', async () => {
    const bench = new PageBench();
    const whole = await bench.html(`/p/${LINK}`);
    const progress = await bench.html(`/p/${LINK}/progress`);
    expect(progress).toMatch(/^<main id="main"[\s\S]*<\/main>$/);
    expect(whole).toContain(progress);
  });
});

describe('a link that is not valid', () => {
  const answers = async (link: string, method: string, path: string) => {
    const bench = new PageBench();
    const response = await bench.request(method, `/p/${link}${path}`, {
      headers: { 'Content-Type': FORM },
      ...(method === 'POST' ? { body: TOKEN } : {}),
    });
    return { status: response.status, headers: [...response.headers], body: await response.text(), bench };
  };
  const ways = [
    ...PATHS.map((path) => ['GET', path] as const),
    ...FORMS.map((form) => ['POST', `/${form}`] as const),
  ];

  test.each(ways)('%s %s gets the same answer whichever it is, and sends nothing', async (method, path) => {
    const one = await answers(WRONG_LINK, method, path);
    const other = await answers('A'.repeat(43), method, path);
    expect(one.status).toBe(404);
    expect([one.status, one.headers, one.body]).toEqual([other.status, other.headers, other.body]);
    expect(one.body).toContain('data-state="gone"');
    expect(one.body).not.toContain(WRONG_LINK);
    expect(one.bench.sent).toEqual([]);
    expect(one.bench.looked).toEqual(['not valid']);
    expect(one.bench.counted).toHaveLength(2);
  });

  test.each(ways.filter(([method]) => method === 'GET'))(
    '%s %s costs what a valid one costs',
    async (method, path) => {
      const wrong = await answers(WRONG_LINK, method, path);
      const right = await answers(LINK, method, path);
      expect(right.status).toBe(200);
      expect(wrong.bench.looked).toHaveLength(right.bench.looked.length);
      expect(wrong.bench.counted).toHaveLength(right.bench.counted.length);
    },
  );

  test('with the wrong shape gets that answer, too, and costs nothing', async () => {
    const gone = await answers(WRONG_LINK, 'GET', '');
    for (const link of [
      'x',
      'A'.repeat(42),
      'A'.repeat(44),
      `${'A'.repeat(42)}.`,
      '%00',
      '__proto__',
      '..%2f',
    ]) {
      const answer = await answers(link, 'GET', '');
      expect([answer.status, answer.headers, answer.body]).toEqual([gone.status, gone.headers, gone.body]);
      expect([...answer.bench.looked, ...answer.bench.counted]).toEqual([]);
    }
  });

  test('is answered like a path that does not exist', async () => {
    const gone = await answers(WRONG_LINK, 'GET', '');
    const bench = new PageBench();
    for (const path of ['/', '/p', `/p/${LINK}/other`, '/assets/x.js', '/robots.txt', `/q/${LINK}`]) {
      const response = await bench.get(path);
      expect([response.status, await response.text()]).toEqual([404, gone.body]);
    }
    expect(bench.looked).toEqual([]);
  });

  test('is never counted by its id', async () => {
    const { bench } = await answers(LINK, 'GET', '');
    expect(bench.counted.join()).not.toContain(LINK);
    expect(new Set(bench.counted).size).toBe(2);
  });

  test('that stops being valid while a token is tried leads nowhere', async () => {
    const bench = new PageBench();
    bench.outcome = { kind: 'declined', reason: 'another-rotation' };
    bench.viewAfter = 'gone';
    const response = await bench.post(`/p/${LINK}/token?lang=en`, TOKEN);
    const gone = await answers(WRONG_LINK, 'GET', '?lang=en');
    expect([response.status, await response.text()]).toEqual([404, gone.body]);
  });
});

describe('methods', () => {
  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    '%s is not allowed anywhere',
    async (method) => {
      const bench = new PageBench();
      for (const path of [`/p/${LINK}`, `/p/${LINK}/token`, '/', '/assets/x']) {
        const response = await bench.request(method, path);
        expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, HEAD, POST']);
      }
      expect([...bench.looked, ...bench.sent]).toEqual([]);
    },
  );

  test.each([`/p/${LINK}`, `/p/${LINK}/progress`, '/assets/x.css'])(
    'POST is not allowed at %s',
    async (path) => {
      const response = await new PageBench().post(path, TOKEN);
      expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
    },
  );
});

describe('who sends a form', () => {
  const from = (headers: Record<string, string>) => {
    const bench = new PageBench();
    return bench.post(`/p/${LINK}/token`, TOKEN, headers).then((response) => ({ bench, response }));
  };

  test.each([
    [{}],
    [{ Origin: 'https://page.test' }],
    [{ Origin: 'null' }],
    [{ 'Sec-Fetch-Site': 'same-origin', Origin: 'null' }],
    [{ 'Sec-Fetch-Site': 'none' }],
  ])('our own page, as %j', async (headers) => {
    const { bench, response } = await from(headers);
    expect(response.status).toBe(303);
    expect(bench.sent).toHaveLength(1);
  });

  test.each([
    [{ 'Sec-Fetch-Site': 'cross-site' }],
    [{ 'Sec-Fetch-Site': 'same-site' }],
    [{ 'Sec-Fetch-Site': 'cross-site', Origin: 'null' }],
    [{ 'Sec-Fetch-Site': 'surprise' }],
    [{ Origin: 'https://evil.test' }],
    [{ Origin: 'https://page.test.evil.test' }],
    [{ Origin: 'https://page.test:8443' }],
    [{ Origin: 'page.test' }],
    [{ Origin: 'https://page.test', 'Sec-Fetch-Site': 'cross-site' }],
  ])('another website, as %j, is refused before anything is looked up', async (headers) => {
    const { bench, response } = await from(headers);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('data-state="refused-cross-site"');
    expect([...bench.looked, ...bench.counted, ...bench.sent]).toEqual([]);
  });
});

describe('the form itself', () => {
  const big = 256 * 1024;

  test.each([
    [
      'multipart',
      `--x\r\nContent-Disposition: form-data; name="token"\r\n\r\nx\r\n--x--`,
      'multipart/form-data; boundary=x',
    ],
    ['JSON', '{"token":"x"}', 'application/json'],
    ['plain text', TOKEN, 'text/plain'],
    ['no type', TOKEN, ''],
    ['another character set', TOKEN, `${FORM}; charset=utf-16`],
    ['a type that only begins so', TOKEN, `${FORM}x`],
    ['a field twice', `${TOKEN}&token=y`, FORM],
    ['a field that is not asked for', `${TOKEN}&admin=1`, FORM],
    ['only another field', 'toString=1', FORM],
    ['thousands of fields', 'a=1&'.repeat(5_000), FORM],
  ])('with %s cannot be read', async (_name, body, type) => {
    const bench = new PageBench();
    const response = await bench.post(`/p/${LINK}/token`, body, { 'Content-Type': type });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('data-code="unreadable-form"');
    expect(bench.sent).toEqual([]);
  });

  test('that is no UTF-8 cannot be read', async () => {
    const bench = new PageBench();
    const response = await bench.post(
      `/p/${LINK}/token`,
      Uint8Array.of(...Buffer.from('token=ab'), 0xff, 0xfe),
    );
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('data-code="unreadable-form"');
    expect(bench.sent).toEqual([]);
  });

  test('with one field twice in the place of two cannot be read', async () => {
    const bench = new PageBench();
    bench.view = VIEWS.credential;
    const response = await bench.post(`/p/${LINK}/credential`, `${TOKEN}&${TOKEN}`);
    expect(await response.text()).toContain('data-code="unreadable-form"');
  });

  test('may say that it is UTF-8', async () => {
    const response = await new PageBench().post(`/p/${LINK}/token`, TOKEN, {
      'Content-Type': `${FORM}; charset=UTF-8`,
    });
    expect(response.status).toBe(303);
  });

  test('takes a whole mail of the greatest length, in Japanese, and no character more', async () => {
    const mail = (length: number) => {
      const end = '\nSecurity token: Abcdefghijklmnopqrstuvwx';
      const text = `あ${' '.repeat(length - end.length - 1)}${end}`;
      return new URLSearchParams({ token: text }).toString();
    };
    const bench = new PageBench();
    expect((await bench.post(`/p/${LINK}/token`, mail(big))).status).toBe(303);
    const response = await bench.post(`/p/${LINK}/token`, mail(big + 1));
    expect(response.status).toBe(413);
    expect(await response.text()).toContain('data-code="too-long"');
    expect(bench.sent).toHaveLength(1);
  });

  test('of many megabytes is not read to its end', async () => {
    const bench = new PageBench();
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(64 * 1024).fill(0x61));
      },
    });
    const response = await bench.request('POST', `/p/${LINK}/token`, {
      body: endless,
      duplex: 'half',
      headers: { 'Content-Type': FORM },
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(pulled).toBeLessThan(25);
  });

  test('that says it is too long is not read at all', async () => {
    const response = await new PageBench().post(`/p/${LINK}/token`, TOKEN, {
      'Content-Length': String(8 * 1024 * 1024),
    });
    expect(response.status).toBe(413);
  });

  test('Start takes no fields', async () => {
    const bench = new PageBench();
    bench.view = VIEWS.invitation;
    expect((await bench.post(`/p/${LINK}/start`, 'force=1')).status).toBe(422);
    expect(bench.sent).toEqual([]);
  });
});

describe('the limits', () => {
  const many = async (count: number, ask: () => Promise<Response>) => {
    const statuses: number[] = [];
    for (let index = 0; index < count; index += 1) statuses.push((await ask()).status);
    return statuses;
  };

  test('of one link end its reads, and no other link is the worse for it', async () => {
    const bench = new PageBench();
    const statuses = await many(LIMITS.readsOfLink + 1, () => bench.get(`/p/${WRONG_LINK}/progress`));
    expect(statuses.slice(0, -1).every((status) => status === 404)).toBe(true);
    const response = await bench.get(`/p/${WRONG_LINK}`);
    expect([statuses.at(-1), response.status]).toEqual([429, 429]);
    expect(response.headers.get('Retry-After')).toBe('60');
    expect(await response.text()).toContain('data-state="refused-too-many"');
    expect(bench.looked).toHaveLength(LIMITS.readsOfLink);
    expect((await bench.get(`/p/${LINK}`)).status).toBe(200);
  });

  test('of one link end its writes, while reads go on', async () => {
    const bench = new PageBench();
    const statuses = await many(LIMITS.writesOfLink + 1, () => bench.post(`/p/${LINK}/token`, TOKEN));
    expect(statuses.filter((status) => status === 303)).toHaveLength(LIMITS.writesOfLink);
    expect(statuses.at(-1)).toBe(429);
    expect(bench.sent).toHaveLength(LIMITS.writesOfLink);
    expect((await bench.get(`/p/${LINK}`)).status).toBe(200);
  });

  test('of all links together end what strangers try, but not the forms', async () => {
    const bench = new PageBench();
    let guess = 0;
    const statuses = await many(LIMITS.allReads + 1, () => {
      guess += 1;
      return bench.get(`/p/${String(guess).padStart(43, 'g')}`);
    });
    expect(statuses.at(-2)).toBe(404);
    expect(statuses.at(-1)).toBe(429);
    expect((await bench.post(`/p/${LINK}/token`, TOKEN)).status).toBe(303);
  });

  test('of all forms together', async () => {
    const bench = new PageBench();
    let guess = 0;
    const statuses = await many(LIMITS.allWrites + 1, () => {
      guess += 1;
      return bench.post(`/p/${String(guess).padStart(43, 'g')}/token`, TOKEN);
    });
    expect([statuses.at(-2), statuses.at(-1)]).toEqual([404, 429]);
  });
});

describe('a ledger that cannot be read', () => {
  test('disturbs the page only, says so, and is noted without the link', async () => {
    const bench = new PageBench();
    bench.fault = { of: 'ledger', error: new Error('no ledger') };
    const response = await bench.get(`/p/${LINK}?lang=en`);
    expect(response.status).toBe(503);
    expect(response.headers.get('Retry-After')).toBe('60');
    expect(part(await response.text(), 'lead')).toContain('Nothing is lost');
    expect(bench.warnings).toEqual([
      { message: 'The prompt page could not answer a request.', error: bench.fault.error },
    ]);
  });
});
