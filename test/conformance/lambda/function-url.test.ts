import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readHttpRequest } from '../../../lib/runtime/http-event.ts';
import type { RunningServer } from '../../../lib/sandbox/http.ts';
import { serveFunctionUrl } from '../../../lib/sandbox/intake/function-url.ts';

/** A function URL as Lambda documents it: payload format 2.0, and back. */

const NOW = new Date('2026-11-02T08:00:05.400Z');

let server: RunningServer;
let events: Record<string, unknown>[];
let answer: () => unknown;

beforeAll(async () => {
  server = await serveFunctionUrl(
    async (event) => {
      events.push(event as Record<string, unknown>);
      return answer();
    },
    { now: () => NOW },
    0,
  );
});

afterAll(() => server.close());

beforeEach(() => {
  events = [];
  answer = () => ({ statusCode: 200 });
});

async function send(path: string, options: RequestOptions = {}, body?: string | Uint8Array) {
  const sent: ClientRequest = request(`${server.url}${path}`, options);
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, text: await text(response) };
}

const host = () => `127.0.0.1:${server.port}`;

describe('a request', () => {
  test('becomes an event of payload format 2.0', async () => {
    await send('/p/a%2Fb?x=1&x=2&y=%C3%BC', {
      headers: { 'User-Agent': 'tester', Cookie: 'a=1; b=2', Accept: ['text/html', 'text/plain'] },
    });
    expect(events).toEqual([
      {
        version: '2.0',
        routeKey: '$default',
        rawPath: '/p/a%2Fb',
        rawQueryString: 'x=1&x=2&y=%C3%BC',
        cookies: ['a=1', 'b=2'],
        queryStringParameters: { x: '1,2', y: 'ü' },
        headers: expect.objectContaining({
          host: host(),
          'user-agent': 'tester',
          accept: 'text/html,text/plain',
          'x-forwarded-for': '127.0.0.1',
        }),
        requestContext: expect.objectContaining({
          domainName: host(),
          http: {
            method: 'GET',
            path: '/p/a%2Fb',
            protocol: 'HTTP/1.1',
            sourceIp: '127.0.0.1',
            userAgent: 'tester',
          },
          time: '02/Nov/2026:08:00:05 +0000',
          timeEpoch: NOW.getTime(),
        }),
        isBase64Encoded: false,
      },
    ]);
    expect(events[0]?.['headers']).not.toHaveProperty('cookie');
  });

  test.each([
    ['text/plain; charset=utf-8', 'ü', false],
    ['application/json', '{"a":1}', false],
    ['application/x-www-form-urlencoded', 'token=abc', true],
    ['application/octet-stream', 'abc', true],
  ])('with a body of %s travels as it or as base64', async (type, body, isBase64Encoded) => {
    await send('/', { method: 'POST', headers: { 'Content-Type': type } }, body);
    expect(events[0]).toMatchObject({ isBase64Encoded });
    expect(Buffer.from(String(events[0]?.['body']), isBase64Encoded ? 'base64' : 'utf8').toString()).toBe(
      body,
    );
  });

  test('is read by the service as it was sent', async () => {
    await send('/p/x?lang=ja', { method: 'POST', headers: { 'Content-Type': 'text/plain' } }, 'ü');
    const read = readHttpRequest(events[0]);
    expect([read.method, new URL(read.url).pathname, new URL(read.url).search]).toEqual([
      'POST',
      '/p/x',
      '?lang=ja',
    ]);
    expect(await read.text()).toBe('ü');
  });

  test('over 6 MB, or to another name of this machine, does not reach the function', async () => {
    const large = await send('/', { method: 'POST' }, new Uint8Array(6 * 1024 * 1024 + 1));
    expect(large.status).toBe(413);
    const other = await send('/', { headers: { Host: `evil.example:${server.port}` } });
    expect(other.status).toBe(403);
    expect(events).toEqual([]);
  });
});

describe('an answer', () => {
  test('has its status, headers, cookies and body', async () => {
    answer = () => ({
      statusCode: 303,
      headers: { Location: '/p/x', 'Content-Type': 'text/html' },
      cookies: ['a=1', 'b=2; Secure'],
      body: Buffer.from('grüß').toString('base64'),
      isBase64Encoded: true,
    });
    const { status, headers, text: body } = await send('/');
    expect(status).toBe(303);
    expect(headers).toMatchObject({
      location: '/p/x',
      'content-type': 'text/html',
      'set-cookie': ['a=1', 'b=2; Secure'],
    });
    expect(body).toBe('grüß');
  });

  test('without a status is JSON', async () => {
    answer = () => ({ hello: 1 });
    expect(await send('/')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      text: '{"hello":1}',
    });
  });

  test('that fails says nothing of why', async () => {
    answer = () => {
      throw new Error('hunter2');
    };
    const { status, text: body } = await send('/');
    expect({ status, body }).toEqual({ status: 502, body: '{"Message":"Internal Server Error"}' });
  });
});
