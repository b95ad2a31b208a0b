import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../../../lib/sandbox/http.ts';
import { LINK, PageBench } from '../../support/page-bench.ts';

/** The prompt page on loopback with made-up views, so that it can be in any state at any moment. */
export interface ServedPage extends AsyncDisposable {
  readonly bench: PageBench;
  readonly link: string;
}

export async function servePage(): Promise<ServedPage> {
  const bench = new PageBench();
  const server = await listen(
    createServer((message, response) => {
      answer(bench, message, response).catch(() => response.destroy());
    }),
  );
  return {
    bench,
    link: `${server.url}/p/${LINK}`,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

async function answer(bench: PageBench, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headersDistinct } = message;
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {};
  const answered = await bench.request(method, url, { headers, ...body });
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  response.end(Buffer.from(await answered.arrayBuffer()));
}
