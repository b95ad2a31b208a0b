import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RotationRefused } from '../../../lib/core/errors.ts';
import { readHttpRequest, writeHttpAnswer } from '../../../lib/runtime/http-event.ts';
import { hostileText } from '../../support/hostile.ts';
import { httpEvent } from '../../support/http-event.ts';

describe('a request', () => {
  test('has its method, address and the headers that the page decides by, and no others', () => {
    const request = readHttpRequest(
      httpEvent('GET', '/p/x', {
        query: 'lang=ja&a=b',
        headers: { 'Accept-Language': 'ja', origin: 'https://a.test', cookie: 'session=1', 'x-evil': 'y' },
      }),
    );
    expect([request.method, request.url]).toEqual(['GET', 'https://page.example/p/x?lang=ja&a=b']);
    expect(Object.fromEntries(request.headers)).toEqual({
      'accept-language': 'ja',
      origin: 'https://a.test',
    });
  });

  test.each([
    ['as text', 'token=あ%20b', false],
    ['as base64', Buffer.from('token=あ%20b').toString('base64'), true],
  ])('has its body, which came %s', async (_way, body, isBase64Encoded) => {
    const request = readHttpRequest(httpEvent('POST', '/p/x/token', { body, isBase64Encoded }));
    expect(await request.text()).toBe('token=あ%20b');
  });

  test.each(['GET', 'HEAD', 'get'])('by %s has no body, whatever came with it', async (method) => {
    expect(readHttpRequest(httpEvent(method, '/', { body: 'x' })).body).toBeNull();
  });

  test.each(['TRACE', 'CONNECT', 'trace'])('by %s becomes one that the page refuses', (method) => {
    expect(readHttpRequest(httpEvent(method, '/', { body: 'x' })).method).toBe('OPTIONS');
  });

  test('keeps a path with special characters a path', () => {
    const request = readHttpRequest(httpEvent('GET', '//evil.test/p/?x#y', { query: '' }));
    expect(new URL(request.url).host).toBe('page.example');
    expect(new URL(request.url).search).toBe('');
  });

  test('does not lose a header whose value no header may have', () => {
    const request = readHttpRequest(httpEvent('POST', '/', { headers: { Origin: 'https://évil.test\n' } }));
    expect(request.headers.get('origin')).toBe('https://?vil.test?');
  });

  test('can be made of anything that has the form of one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'TRACE'),
        hostileText,
        hostileText,
        fc.dictionary(fc.constantFrom('origin', 'Origin', 'content-type', 'x'), hostileText),
        hostileText,
        fc.boolean(),
        async (method, path, query, headers, body, isBase64Encoded) => {
          const request = readHttpRequest(httpEvent(method, path, { query, headers, body, isBase64Encoded }));
          expect(new URL(request.url).host).toBe('page.example');
          expect(typeof (await request.text())).toBe('string');
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    ['nothing', undefined],
    ['a schedule', { source: 'aws.events' }],
    ['payload format 1.0', { ...httpEvent('GET', '/p/secret-link'), version: '1.0' }],
    ['a path that is none', { ...httpEvent('GET', '/p/secret-link'), rawPath: 7 }],
    ['a body that is none', { ...httpEvent('POST', '/p/secret-link'), body: { token: 'secret' } }],
  ])('is not made of %s, and the refusal shows no value', (_name, event) => {
    const read = () => readHttpRequest(event);
    expect(read).toThrow(RotationRefused);
    expect(read).toThrow(/^This is no HTTP event: look at [\w., ()]+\. Nothing was changed\.$/);
    expect(read).not.toThrow(/secret/);
  });
});

describe('an answer', () => {
  test('goes back with its status, headers and text', async () => {
    const response = new Response('<p>あ</p>', { status: 422, headers: { 'Content-Type': 'text/html' } });
    expect(await writeHttpAnswer(response)).toEqual({
      statusCode: 422,
      headers: { 'content-type': 'text/html' },
      body: '<p>あ</p>',
      isBase64Encoded: false,
    });
  });

  test('that is compressed goes back as bytes', async () => {
    const bytes = Uint8Array.of(0x1f, 0x8b, 0xff, 0x00);
    const answer = await writeHttpAnswer(new Response(bytes, { headers: { 'Content-Encoding': 'gzip' } }));
    expect(answer.isBase64Encoded).toBe(true);
    expect([...Buffer.from(answer.body, 'base64')]).toEqual([...bytes]);
  });

  test('without a body has an empty one', async () => {
    const answer = await writeHttpAnswer(new Response(null, { status: 303, headers: { Location: '/p/x' } }));
    expect([answer.statusCode, answer.headers['location'], answer.body]).toEqual([303, '/p/x', '']);
  });
});
