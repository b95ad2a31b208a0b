import { describe, expect, test } from '@jest/globals';
import { preferredLanguage } from '../../../lib/page/language.ts';
import { LINK, PageBench } from '../../support/page-bench.ts';

describe('the language', () => {
  test.each([
    [undefined, 'en'],
    ['', 'en'],
    ['ja', 'ja'],
    ['ja-JP,ja;q=0.9,en;q=0.8', 'ja'],
    ['en-US,en;q=0.9,ja;q=0.8', 'en'],
    ['en;q=0.5, ja;q=0.7', 'ja'],
    ['JA', 'ja'],
    ['de,fr;q=0.9', 'en'],
    ['de,ja;q=0.3', 'ja'],
    ['ja;q=0', 'en'],
    ['ja;q=x', 'en'],
    ['*', 'en'],
    [`${'x,'.repeat(100_000)}ja`, 'en'],
  ] as const)('of a browser that prefers %j is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });

  test.each([
    ['', 'ja', 'ja'],
    ['?lang=en', 'ja', 'en'],
    ['?lang=ja', 'en', 'ja'],
    ['?lang=xx', 'ja', 'ja'],
    ['?lang=__proto__', 'en', 'en'],
  ])('of %j in a browser of %s is %s', async (query, preferred, language) => {
    const response = await new PageBench().get(`/p/${LINK}${query}`, { 'Accept-Language': preferred });
    expect(response.headers.get('Content-Language')).toBe(language);
    expect(response.headers.get('Vary')).toContain('Accept-Language');
    expect(await response.text()).toContain(`<html lang="${language}">`);
  });

  test('that was chosen stays chosen; another can be chosen', async () => {
    const html = await new PageBench().html(`/p/${LINK}?lang=ja`);
    expect(html).toContain(`action="/p/${LINK}/token?lang=ja"`);
    expect(html).toContain(`data-progress="/p/${LINK}/progress?lang=ja"`);
    expect(html).toContain(`href="/p/${LINK}?lang=en" lang="en" hreflang="en"`);
  });

  test('of the browser is not written into the addresses', async () => {
    expect(await new PageBench().html(`/p/${LINK}`)).toContain(`action="/p/${LINK}/token"`);
  });
});

describe('a page below a path of a domain', () => {
  test('has all its addresses there', async () => {
    const bench = new PageBench('/rotation/of-secrets');
    const html = await bench.html(`/rotation/of-secrets/p/${LINK}`);
    const addresses = [...html.matchAll(/\s(?:href|src|action|data-page|data-progress)="(\/[^"]*)"/g)];
    expect(addresses.length).toBeGreaterThan(6);
    for (const [, address] of addresses) expect(address).toMatch(/^\/rotation\/of-secrets\/(?:p|assets)\//);
  });

  test('leads back to itself and finds its assets', async () => {
    const bench = new PageBench('/rotation');
    const posted = await bench.post(`/rotation/p/${LINK}/token`, 'token=Abcdefghijklmnopqrstuvwx');
    expect(posted.headers.get('Location')).toBe(`/rotation/p/${LINK}`);
    const style = /href="([^"]+\.css)"/.exec(await bench.html(`/rotation/p/${LINK}`))?.[1] ?? '';
    expect((await bench.get(style)).status).toBe(200);
  });

  test('is at the root of its domain, too', async () => {
    expect(await new PageBench('/rotation').html(`/p/${LINK}`)).toContain(`action="/p/${LINK}/token"`);
  });

  test.each(['/rotationx', '/other/rotation', '/rotation/rotation'])('is not below %s', async (path) => {
    expect((await new PageBench('/rotation').get(`${path}/p/${LINK}`)).status).toBe(404);
  });

  test('that only begins with the same letters has its addresses at the root', async () => {
    expect(await new PageBench('/rotation').html('/rotationx/p/x')).toContain('href="/assets/');
  });
});
