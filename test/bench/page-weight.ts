import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** Bytes that a browser gets for a page with all that it loads, each compressed as it is sent. */
export async function compressedBytes(page: string): Promise<number> {
  const { bytes, text } = await compressed(page);
  const loaded = [...text.matchAll(/(?:href|src)="([^"]*\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  const others = await Promise.all(loaded.map((path) => compressed(new URL(path, page).href)));
  return others.reduce((sum, each) => sum + each.bytes, bytes);
}

/** A client that unpacks by itself does not tell how much came. */
async function compressed(url: string): Promise<{ readonly bytes: number; readonly text: string }> {
  const [response] = (await once(get(url, { headers: { 'Accept-Encoding': 'gzip' } }), 'response')) as [
    IncomingMessage,
  ];
  const body = await buffer(response);
  const isPacked = response.headers['content-encoding'] === 'gzip';
  return { bytes: body.byteLength, text: (isPacked ? gunzipSync(body) : body).toString('utf8') };
}
