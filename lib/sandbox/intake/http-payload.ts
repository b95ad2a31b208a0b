import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';

/**
 * HTTP as a Lambda function URL hands it to a function, and back: the payload
 * format 2.0.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */

export interface HttpRequest {
  readonly method: string;
  /** As it was sent: path and query. */
  readonly url: string;
  readonly httpVersion: string;
  /** Names in lower case, each with all its values. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly body: Uint8Array;
  readonly sourceIp: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Uint8Array;
}

/** Content types that travel as text; everything else, a form too, travels as base64. */
const TEXT = /^(?:text\/|application\/(?:json|javascript|xml)\b|application\/[\w.-]+\+(?:json|xml)\b)/i;

/** @param host domain, and here its port, under which the function is reached. */
export function payloadOf(request: HttpRequest, host: string, now: Date): Readonly<Record<string, unknown>> {
  const { method, headers, body } = request;
  const [rawPath = '/', rawQueryString = ''] = splitOnce(request.url, '?');
  const isBase64Encoded = body.byteLength > 0 && !TEXT.test(headers['content-type']?.[0] ?? '');
  const query = joined([...new URLSearchParams(rawQueryString)]);
  const cookies = headers['cookie']?.flatMap((line) => line.split('; '));
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies === undefined ? {} : { cookies }),
    headers: headersOf(request, host),
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'sandbox',
      domainName: host,
      domainPrefix: 'sandbox',
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent']?.[0] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: logTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.byteLength === 0
      ? {}
      : { body: Buffer.from(body).toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/** @example '24/Nov/2026:08:00:00 +0000' */
function logTime(now: Date): string {
  const [, day, month, year, time] = now.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

/** Several values of one name have commas between them. */
function headersOf({ headers, sourceIp }: HttpRequest, host: string): Readonly<Record<string, string>> {
  const { cookie: _inCookies, ...others } = headers;
  return {
    ...joined(Object.entries(others).flatMap(([name, values = []]) => values.map((value) => [name, value]))),
    'x-forwarded-for': sourceIp,
    'x-forwarded-port': host.split(':').at(-1) ?? '',
    'x-forwarded-proto': 'http',
  };
}

function joined(pairs: readonly (readonly string[])[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name = '', value = ''] of pairs)
    found[name] = found[name] === undefined ? value : `${found[name]},${value}`;
  return found;
}

function splitOnce(text: string, at: string): readonly string[] {
  const index = text.indexOf(at);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + at.length)];
}

interface StructuredAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** An answer without a status is a body of JSON. */
export function responseOf(answer: unknown): HttpResponse {
  if (!isStructured(answer)) {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = answer;
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    status: statusCode,
    headers: {
      'content-type': 'application/json',
      ...Object.fromEntries(named),
      ...(cookies.length === 0 ? {} : { 'set-cookie': [...cookies] }),
    },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** What AWS says by itself, where a function has not answered. */
export function platformAnswer(status: number, message: string): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ Message: message })),
  };
}

function isStructured(answer: unknown): answer is StructuredAnswer {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    typeof (answer as { statusCode?: unknown }).statusCode === 'number'
  );
}
