import * as z from 'zod';
import { RotationRefused } from '../core/errors.ts';

/**
 * Requests and answers as a function URL and an HTTP API hand them over: the
 * payload format 2.0 of both.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */

const httpEvent = z.object({
  version: z.literal('2.0'),
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  headers: z.record(z.string(), z.string()).default({}),
  requestContext: z.object({
    domainName: z.string().min(1),
    http: z.object({ method: z.string().min(1) }),
  }),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
});

type HttpEvent = z.output<typeof httpEvent>;

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** What a page decides by; nothing else of a visitor's headers is handed on. */
const HEADERS = ['accept-encoding', 'accept-language', 'content-type', 'origin', 'sec-fetch-site'] as const;

/** Methods that no `Request` can have. Another one that the page refuses stands for them. */
const UNSUPPORTED = /^(?:CONNECT|TRACE|TRACK)$/i;
const REFUSED = 'OPTIONS';
const WITHOUT_BODY = /^(?:GET|HEAD)$/i;

/**
 * @throws RotationRefused for what is no such event. The sentence names the
 *   places that are wrong, and no value: a path holds a link, a body a token.
 */
export function readHttpRequest(event: unknown): Request {
  const parsed = httpEvent.safeParse(event);
  if (parsed.success) return requestOf(parsed.data);
  const places = parsed.error.issues.map(({ path }) => path.join('.') || '(event)');
  throw new RotationRefused(`This is no HTTP event: look at ${places.join(', ')}. Nothing was changed.`);
}

function requestOf({ requestContext, rawPath, rawQueryString, headers, ...event }: HttpEvent): Request {
  const { method } = requestContext.http;
  const url = new URL(`https://${requestContext.domainName}`);
  url.pathname = rawPath;
  url.search = rawQueryString;
  return new Request(url, {
    method: UNSUPPORTED.test(method) ? REFUSED : method,
    headers: handedOn(headers),
    ...(WITHOUT_BODY.test(method) ? {} : { body: bodyOf(event) }),
  });
}

function handedOn(headers: HttpEvent['headers']): Headers {
  const kept = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    const known = HEADERS.find((header) => header === name.toLowerCase());
    // A value that no header may have must not go missing: what is absent is let through by some checks.
    if (known !== undefined) kept.append(known, value.replace(/[^\t\x20-\x7e]/g, '?'));
  }
  return kept;
}

function bodyOf({ body = '', isBase64Encoded }: Pick<HttpEvent, 'body' | 'isBase64Encoded'>) {
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

/** Bytes that are no text, as compressed ones, travel as base64. */
export async function writeHttpAnswer(response: Response): Promise<HttpAnswer> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const isBase64Encoded = response.headers.has('Content-Encoding');
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: bytes.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}
