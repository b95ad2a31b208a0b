import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { type ImapAccount, type ImapConnection, ImapSession } from './session.ts';

export interface ImapServerOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  /** Without a certificate the server speaks in clear text, as it may on loopback. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly mode: 'implicit' | 'starttls' };
}

/** A mail server with one account, on loopback. */
export class ImapServer {
  /** Names of the commands that clients sent, in their order. */
  readonly commands: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #connections = 0;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#connections += 1;
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => this.#sockets.delete(socket));
      // A client that goes away in the middle of something is no fault of the server.
      socket.on('error', () => undefined);
    });
  }

  static async start(account: ImapAccount, { port = 0, tls }: ImapServerOptions = {}): Promise<ImapServer> {
    const isImplicit = tls?.mode === 'implicit';
    const server = isImplicit ? createTlsServer(tls) : createServer();
    const started = new ImapServer(server);
    server.on(isImplicit ? 'secureConnection' : 'connection', (socket: Socket) => {
      new Conversation(account, started.commands, socket, isImplicit ? undefined : tls).start(isImplicit);
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return started;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** How many connections there have been. */
  get connections(): number {
    return this.#connections;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** A session on its socket, which STARTTLS replaces by another. */
class Conversation {
  readonly #session: ImapSession;
  #socket: Socket;
  #isSecure = false;

  constructor(
    account: ImapAccount,
    commands: string[],
    socket: Socket,
    tls: { readonly key: string; readonly cert: string } | undefined,
  ) {
    this.#socket = socket;
    const conversation = this;
    const connection: ImapConnection = {
      write: (bytes) => this.#socket.write(bytes),
      end: () => this.#socket.end(),
      get isSecure() {
        return conversation.#isSecure;
      },
      ...(tls === undefined ? {} : { startTls: () => conversation.#startTls(tls) }),
    };
    this.#session = new ImapSession(account, connection, commands);
  }

  start(isSecure: boolean): void {
    this.#isSecure = isSecure;
    this.#listen();
    this.#session.greet();
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => this.#session.take(chunk));
    this.#socket.on('error', () => undefined);
  }

  #startTls(tls: { readonly key: string; readonly cert: string }): void {
    this.#socket.removeAllListeners('data');
    this.#socket = new TLSSocket(this.#socket, { ...tls, isServer: true });
    this.#isSecure = true;
    this.#listen();
  }
}
