import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../../core/ports/clock.ts';
import { listen, type RunningServer } from '../http.ts';
import { type HttpResponse, payloadOf, platformAnswer, responseOf } from './http-payload.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LARGEST_BODY_BYTES = 6 * 1024 * 1024;

/**
 * A function URL on loopback: every request is one invocation, and its answer is
 * the response. As on AWS, the function is reached by its own name only, so that
 * a website that makes a name of its own point here gets nothing.
 *
 * @param invoke the function behind it.
 */
export async function serveFunctionUrl(
  invoke: (event: unknown) => Promise<unknown>,
  clock: Clock,
  port: number,
): Promise<RunningServer> {
  const server = createServer((message, response) => {
    answer(invoke, clock, message)
      .catch(() => platformAnswer(502, 'Internal Server Error'))
      .then((answered) => send(message, response, answered))
      .catch(() => response.destroy());
  });
  return listen(server, port);
}

async function answer(
  invoke: (event: unknown) => Promise<unknown>,
  clock: Clock,
  message: IncomingMessage,
): Promise<HttpResponse> {
  const host = hostOf(message);
  if (host === undefined) return platformAnswer(403, 'Forbidden');
  const body = await bodyOf(message);
  if (body === undefined) return platformAnswer(413, 'Request Entity Too Large');
  const { method = 'GET', url = '/', httpVersion, headersDistinct: headers, socket } = message;
  const sourceIp = socket.remoteAddress ?? '127.0.0.1';
  return responseOf(
    await invoke(payloadOf({ method, url, httpVersion, headers, body, sourceIp }, host, clock.now())),
  );
}

/** The host that was asked for, if it is this server. */
function hostOf({ headers, socket }: IncomingMessage): string | undefined {
  const own = ['127.0.0.1', 'localhost'].map((name) => `${name}:${socket.localPort ?? ''}`);
  return own.find((host) => host === headers.host);
}

/** `undefined` where it is larger than Lambda takes. */
async function bodyOf(message: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += (chunk as Buffer).byteLength;
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk as Buffer);
  }
  return bytes > LARGEST_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

function send(message: IncomingMessage, response: ServerResponse, { status, headers, body }: HttpResponse) {
  response.writeHead(status, headers);
  response.end(message.method === 'HEAD' ? undefined : body);
}
