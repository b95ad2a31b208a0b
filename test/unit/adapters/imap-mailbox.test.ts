import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type ImapLimits, ImapMailbox } from '../../../lib/adapters/imap-mailbox.ts';
import type { FoundMail, MailboxAddress, MailSearch } from '../../../lib/core/ports/mailbox-reader.ts';
import { Redacted } from '../../../lib/core/redacted.ts';
import type { ImapMessage } from '../../../lib/sandbox/imap/search.ts';
import { ImapServer, type ImapServerOptions } from '../../../lib/sandbox/imap/server.ts';

const pem = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/tls/localhost.${name}.pem`, import.meta.url)), 'utf8');
const TLS = { key: pem('key'), cert: pem('cert') };
const PASSWORD = 'pass "word" \\ é';
const SINCE = new Date('2026-11-02T08:00:00Z');
const SEARCH: MailSearch = { since: SINCE, senders: ['salesforce.com'] };

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A folder of mails; the UID is the place in the list. */
class Folder {
  readonly user = 'tokens@acme.com';
  readonly password = PASSWORD;
  readonly accessToken = 'ya29.token';
  readonly folder: string;
  readonly keepsKeywords: boolean;
  readonly flags = new Map<number, Set<string>>();
  readonly mails: { readonly raw: Buffer; readonly receivedAt: Date }[] = [];

  constructor({ folder = 'INBOX', keepsKeywords = true } = {}) {
    this.folder = folder;
    this.keepsKeywords = keepsKeywords;
  }

  add(raw: string | Buffer, receivedAt = new Date('2026-11-02T08:05:00Z')): this {
    this.mails.push({ raw: Buffer.from(raw as string), receivedAt });
    return this;
  }

  messages(): ImapMessage[] {
    return this.mails.map((mail, index) => ({
      ...mail,
      uid: index + 1,
      flags: this.flags.get(index + 1) ?? new Set(),
    }));
  }

  addFlags(uid: number, flags: readonly string[]): void {
    this.flags.set(uid, new Set([...(this.flags.get(uid) ?? []), ...flags]));
  }
}

const mail = (text: string, from = 'Salesforce <support@emea.salesforce.com>') =>
  `From: ${from}\r\nSubject: x\r\n\r\n${text}\r\n`;

async function serve(folder: Folder, options: ImapServerOptions = {}): Promise<ImapServer> {
  const server = await ImapServer.start(folder, options);
  open.push(server);
  return server;
}

function address(port: number, changes: Partial<MailboxAddress> = {}): MailboxAddress {
  const login = { user: 'tokens@acme.com', secret: Redacted.of(PASSWORD), kind: 'password' } as const;
  return { host: '127.0.0.1', port, security: 'none', folder: 'INBOX', login, ...changes };
}

interface Look {
  readonly at: MailboxAddress;
  readonly search?: MailSearch;
  readonly limits?: Partial<ImapLimits>;
  readonly certificates?: string;
  readonly handles?: (mails: readonly FoundMail[]) => readonly number[];
}

/** One visit: its outcome, and the texts of what was found. */
async function look({
  at,
  search = SEARCH,
  limits,
  certificates,
  handles = (mails) => mails.map(({ id }) => id),
}: Look) {
  let found: readonly FoundMail[] = [];
  const visit = await new ImapMailbox(limits, certificates).visit(at, search, async (mails) => {
    found = mails;
    return handles(mails);
  });
  return { visit, texts: found.map(({ raw }) => raw && Buffer.from(raw).toString()), found };
}

describe('a visit', () => {
  test('finds the mails of the senders, the newest first, with their bytes and the time of receipt', async () => {
    const eightBit = Buffer.from([...Buffer.from(mail('é ')), 0x00, 0xff, 0x0d, 0x0a]);
    const folder = new Folder()
      .add(mail('one'))
      .add(mail('not ours', 'eve@evil.net'))
      .add(eightBit, new Date('2026-11-02T09:10:11Z'));
    const { port } = await serve(folder);
    const { visit, texts, found } = await look({ at: address(port) });
    expect(visit).toEqual({ kind: 'visited', found: 2 });
    expect(texts[1]).toBe(mail('one'));
    expect(Buffer.from(found[0]?.raw ?? [])).toEqual(eightBit);
    expect(found[0]?.receivedAt).toEqual(new Date('2026-11-02T09:10:11Z'));
  });

  test('looks for any of several senders', async () => {
    const folder = new Folder()
      .add(mail('one'))
      .add(mail('two', 'it@acme.com'))
      .add(mail('three', 'eve@evil.net'))
      .add(mail('four', 'x@example.org'));
    const { port } = await serve(folder);
    const senders = ['salesforce.com', 'acme.com', 'example.org'];
    const { texts } = await look({ at: address(port), search: { since: SINCE, senders } });
    expect(texts).toEqual([mail('four', 'x@example.org'), mail('two', 'it@acme.com'), mail('one')]);
  });

  test('leaves out what came before the day before', async () => {
    const folder = new Folder()
      .add(mail('too old'), new Date('2026-10-31T23:59:59Z'))
      .add(mail('the day before'), new Date('2026-11-01T00:00:00Z'));
    const { port } = await serve(folder);
    expect((await look({ at: address(port) })).texts).toEqual([mail('the day before')]);
  });

  test('marks what was handled, and finds it no more; deletes nothing', async () => {
    const folder = new Folder().add(mail('one')).add(mail('two'));
    const server = await serve(folder);
    await look({ at: address(server.port), handles: () => [1] });
    expect([...(folder.flags.get(1) ?? [])].sort()).toEqual(['$SalesforceTokenHandled', '\\Seen']);
    expect(folder.flags.has(2)).toBe(false);
    expect((await look({ at: address(server.port) })).texts).toEqual([mail('two')]);
    expect(server.commands).not.toContain('EXPUNGE');
    expect(server.commands.at(-1)).toBe('LOGOUT');
  });

  test('finds a mail that a person has opened', async () => {
    const folder = new Folder().add(mail('one'));
    folder.addFlags(1, ['\\Seen']);
    const { port } = await serve(folder);
    expect((await look({ at: address(port) })).texts).toEqual([mail('one')]);
  });

  test('goes by what was seen where the server keeps no keywords', async () => {
    const folder = new Folder({ keepsKeywords: false }).add(mail('one')).add(mail('two'));
    const { port } = await serve(folder);
    await look({ at: address(port), handles: () => [2] });
    expect([...(folder.flags.get(2) ?? [])]).toEqual(['\\Seen']);
    expect((await look({ at: address(port) })).texts).toEqual([mail('one')]);
  });

  test('asks nobody and marks nothing where it finds nothing', async () => {
    const server = await serve(new Folder().add(mail('x', 'eve@evil.net')));
    let asked = false;
    const { visit } = await look({
      at: address(server.port),
      handles: () => {
        asked = true;
        return [];
      },
    });
    expect(visit).toEqual({ kind: 'visited', found: 0 });
    expect(asked).toBe(false);
    expect(server.commands).not.toContain('UID STORE');
  });

  test('reads so many mails, and none that is too large', async () => {
    const folder = new Folder()
      .add(mail('one'))
      .add(mail('two'))
      .add(mail('x'.repeat(500)));
    const server = await serve(folder);
    const { found } = await look({ at: address(server.port), limits: { maxMails: 2, maxMailBytes: 400 } });
    expect(found.map(({ id, raw }) => [id, raw && Buffer.from(raw).toString()])).toEqual([
      [3, undefined],
      [2, mail('two')],
    ]);
    // Two sizes were asked for, and one mail.
    expect(server.commands.filter((name) => name === 'UID FETCH')).toHaveLength(3);
  });

  test('opens the folder that it is told', async () => {
    const folder = new Folder({ folder: 'Salesforce tokens' }).add(mail('one'));
    const { port } = await serve(folder);
    expect((await look({ at: address(port, { folder: 'Salesforce tokens' }) })).texts).toEqual([mail('one')]);
  });

  test('logs in with an access token', async () => {
    const { port } = await serve(new Folder().add(mail('one')));
    const login = {
      user: 'tokens@acme.com',
      secret: Redacted.of('ya29.token'),
      kind: 'access-token',
    } as const;
    expect((await look({ at: address(port, { login }) })).texts).toEqual([mail('one')]);
  });

  test('what handling throws is not the mailbox\u2019s doing', async () => {
    const { port } = await serve(new Folder().add(mail('one')));
    const visit = look({
      at: address(port),
      handles: () => {
        throw new RangeError('the ledger is away');
      },
    });
    await expect(visit).rejects.toThrow('the ledger is away');
  });
});

describe('by TLS', () => {
  test.each(['implicit', 'starttls'] as const)(
    '%s, to a server whose certificate is trusted',
    async (mode) => {
      const { port } = await serve(new Folder().add(mail('one')), { tls: { ...TLS, mode } });
      const security = mode === 'implicit' ? 'tls' : 'starttls';
      expect(await look({ at: address(port, { security }), certificates: TLS.cert })).toMatchObject({
        visit: { kind: 'visited', found: 1 },
        texts: [mail('one')],
      });
    },
  );

  test.each(['implicit', 'starttls'] as const)(
    '%s: nobody logs in where the certificate is not',
    async (mode) => {
      const server = await serve(new Folder().add(mail('one')), { tls: { ...TLS, mode } });
      const security = mode === 'implicit' ? 'tls' : 'starttls';
      const { visit } = await look({ at: address(server.port, { security }) });
      expect(visit).toEqual({ kind: 'failed', problem: 'not-encrypted' });
      expect(server.commands).not.toContain('LOGIN');
      expect(server.commands).not.toContain('AUTHENTICATE');
    },
  );

  test('nobody logs in where a server offers none', async () => {
    const server = await serve(new Folder().add(mail('one')));
    const { visit } = await look({ at: address(server.port, { security: 'starttls' }) });
    expect(visit).toEqual({ kind: 'failed', problem: 'not-encrypted' });
    expect(server.commands.filter((name) => /LOGIN|AUTHENTICATE/.test(name))).toEqual([]);
  });

  test('a server that speaks in clear text is not one by TLS', async () => {
    const { port } = await serve(new Folder());
    const { visit } = await look({ at: address(port, { security: 'tls' }) });
    expect(visit).toEqual({ kind: 'failed', problem: 'not-encrypted' });
  });
});

describe('a mailbox that cannot be read', () => {
  test('has another login', async () => {
    const { port } = await serve(new Folder().add(mail('one')));
    const login = { user: 'tokens@acme.com', secret: Redacted.of('wrong'), kind: 'password' } as const;
    expect((await look({ at: address(port, { login }) })).visit).toEqual({
      kind: 'failed',
      problem: 'login-refused',
    });
  });

  test('has no such folder', async () => {
    const { port } = await serve(new Folder());
    expect((await look({ at: address(port, { folder: 'Tokens' }) })).visit).toEqual({
      kind: 'failed',
      problem: 'no-folder',
    });
  });

  test('is not there', async () => {
    const server = await ImapServer.start(new Folder());
    const { port } = server;
    await server.close();
    expect((await look({ at: address(port) })).visit).toEqual({ kind: 'failed', problem: 'unreachable' });
  });

  test('hangs up', async () => {
    const { port } = await listening((server) =>
      server.on('connection', (socket) => socket.end('* OK hello\r\n')),
    );
    expect((await look({ at: address(port) })).visit).toEqual({ kind: 'failed', problem: 'unreachable' });
  });

  test('says nothing', async () => {
    const { port } = await listening(() => undefined);
    const { visit } = await look({ at: address(port), limits: { readMilliseconds: 50 } });
    expect(visit).toEqual({ kind: 'failed', problem: 'too-slow' });
  });

  test('goes on saying something, and never says what it has', async () => {
    const { port } = await listening((server) => {
      server.on('connection', (socket) => {
        const drip = setInterval(() => socket.write('* OK still looking\r\n'), 5);
        socket.on('close', () => clearInterval(drip));
        socket.on('error', () => undefined);
        socket.on('data', (chunk) => {
          const [, tag, name] = /^(\S+) (?:UID )?(\S+)/.exec(chunk.toString()) ?? [];
          if (name === 'LIST') socket.write('* LIST () "/" INBOX\r\n');
          if (name !== 'SEARCH') socket.write(`${tag} OK done\r\n`);
        });
        socket.write('* OK [CAPABILITY IMAP4rev1] hello\r\n');
      });
    });
    const { visit } = await look({ at: address(port), limits: { readMilliseconds: 300 } });
    expect(visit).toEqual({ kind: 'failed', problem: 'too-slow' });
  });

  test('never stops answering', async () => {
    const { port } = await listening((server) => {
      server.on('connection', (socket) => {
        socket.on('error', () => undefined);
        const babble = () => socket.writable && socket.write(`* OK ${'x'.repeat(65_536)}`, babble);
        babble();
      });
    });
    const { visit } = await look({ at: address(port) });
    expect(visit).toEqual({ kind: 'failed', problem: 'not-understood' });
  });
});

/** A server that is no mail server. */
async function listening(prepare: (server: Server) => void): Promise<{ readonly port: number }> {
  const server = createServer();
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  prepare(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  });
  const bound = server.address();
  return { port: typeof bound === 'object' && bound !== null ? bound.port : 0 };
}
