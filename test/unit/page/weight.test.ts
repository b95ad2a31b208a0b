import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { ASSETS } from '../../../lib/page/assets/assets.ts';
import { LINK, PageBench, VIEWS } from '../../support/page-bench.ts';

const LIMIT_BYTES = 30 * 1024;

describe('the weight of the page', () => {
  const assets = Object.values(ASSETS).reduce((sum, { content }) => sum + gzipSync(content).length, 0);

  test.each(Object.entries(VIEWS))(
    'with all that it loads is small, compressed, as "%s"',
    async (_name, view) => {
      const bench = new PageBench();
      bench.view = view;
      for (const language of ['en', 'ja']) {
        const html = await bench.html(`/p/${LINK}?lang=${language}`);
        expect(gzipSync(html).length + assets).toBeLessThan(LIMIT_BYTES);
      }
    },
  );

  test('is sent compressed to whoever takes it so', async () => {
    const bench = new PageBench();
    const plain = await bench.html(`/p/${LINK}`);
    const response = await bench.get(`/p/${LINK}`, { 'Accept-Encoding': 'gzip, br' });
    expect(response.headers.get('Content-Encoding')).toBe('gzip');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.length).toBeLessThan(plain.length / 2);
    const unpacked = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')));
    expect(await unpacked.text()).toBe(plain);
  });
});
