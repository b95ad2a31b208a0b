import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServiceName, Verdict, Wire, WireCall } from './wire.ts';

export interface StandInRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The caller's address, as a stand-in may want to check it against trusted ranges. */
  readonly remoteAddress: string;
}

export interface StandInResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** One service behind a loopback port: names each call for the wire, then answers it. */
export interface StandIn {
  readonly service: ServiceName;
  describe(request: StandInRequest): { readonly operation: string; readonly target: string | undefined };
  handle(request: StandInRequest): Promise<StandInResponse>;
  /** The service's own shape of an error, for faults that the wire injects. */
  fault(status: number, code: string, message: string): StandInResponse;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Serves a stand-in on 127.0.0.1. Port 0 takes a free one. */
export async function serve(standIn: StandIn, wire: Wire, port = 0): Promise<RunningServer> {
  const server = createServer((message, response) => {
    answer(standIn, wire, message, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`The stand-in has a bug: ${error instanceof Error ? error.stack : String(error)}`);
    });
  });
  return listen(server, port);
}

/** Starts any HTTP server on loopback and closes it with its open connections. */
export async function listen(server: Server, port = 0): Promise<RunningServer> {
  // A client's idle connection is the client's to close: closed from here, it breaks a call that is on its way.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  standIn: StandIn,
  wire: Wire,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await read(message);
  const call: WireCall = {
    service: standIn.service,
    caller: callerOf(request.headers['user-agent']),
    ...standIn.describe(request),
  };
  const passed = await obey(wire.before(call, request), standIn, message, response);
  if (!passed) return;
  const result = await standIn.handle(request);
  const delivered = await obey(wire.after(call), standIn, message, response);
  if (!delivered) return;
  response.writeHead(result.status, result.headers ?? {});
  response.end(result.body);
}

async function obey(
  verdict: Verdict,
  standIn: StandIn,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  switch (verdict.kind) {
    case 'pass':
      return true;
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, verdict.milliseconds));
      return true;
    case 'fail': {
      const fault = standIn.fault(verdict.status, verdict.code, verdict.message);
      response.writeHead(fault.status, fault.headers ?? {});
      response.end(fault.body);
      return false;
    }
    case 'cut':
      message.socket.destroy();
      return false;
  }
}

async function read(message: IncomingMessage): Promise<StandInRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`request body over ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  const url = new URL(message.url ?? '/', 'http://127.0.0.1');
  return {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: message.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    remoteAddress: message.socket.remoteAddress ?? '127.0.0.1',
  };
}

/** The AWS SDK puts `userAgentAppId` into its user agent as `app/<id>`. */
function callerOf(userAgent: string | undefined): string | undefined {
  return /(?:^|\s)app\/(\S+)/.exec(userAgent ?? '')?.[1];
}

/** A stand-in whose port must be known before it can be built. */
export class DeferredStandIn implements StandIn {
  readonly service: ServiceName;
  #target: StandIn | undefined;

  constructor(service: ServiceName) {
    this.service = service;
  }

  become(target: StandIn): void {
    this.#target = target;
  }

  describe(request: StandInRequest): ReturnType<StandIn['describe']> {
    return this.#ready().describe(request);
  }

  handle(request: StandInRequest): Promise<StandInResponse> {
    return this.#ready().handle(request);
  }

  fault(status: number, code: string, message: string): StandInResponse {
    return this.#ready().fault(status, code, message);
  }

  #ready(): StandIn {
    if (this.#target === undefined) throw new Error(`the ${this.service} stand-in is not built yet`);
    return this.#target;
  }
}
