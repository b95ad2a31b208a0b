import { type Argument, type Command, CommandReader, quoted, type Taken, textOf } from './commands.ts';
import { type ImapMessage, searchTest, UnknownSearchKey } from './search.ts';

/** What is behind the server: one user with one folder. */
export interface ImapAccount {
  readonly user: string;
  readonly password: string;
  /** Taken by XOAUTH2. */
  readonly accessToken?: string;
  /** The folder's name. */
  readonly folder: string;
  /** Whether flags of the client's own are kept. */
  readonly keepsKeywords: boolean;
  /** By UID, upwards. */
  messages(): readonly ImapMessage[];
  addFlags(uid: number, flags: readonly string[]): void;
}

/** The connection as a session sees it. */
export interface ImapConnection {
  write(bytes: string | Buffer): void;
  end(): void;
  readonly isSecure: boolean;
  /** Where the server has a certificate: TLS from here on. */
  readonly startTls?: () => void;
}

/** The end of a tagged answer. */
type Result = string | undefined;

/** Stands for the usual words of success. */
const OK = 'OK';

const PLAIN_FLAGS = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'];

/**
 * One connection to the stand-in: as much of IMAP4rev1 as an unmodified client
 * needs to log in, look for mails, read and mark them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3501
 */
export class ImapSession {
  readonly #account: ImapAccount;
  readonly #connection: ImapConnection;
  readonly #reader = new CommandReader();
  readonly #seenCommands: string[];
  #isLoggedIn = false;
  #isSelected = false;
  /** Takes the next line, where one was asked for. */
  #awaiting: ((line: string) => void) | undefined;

  /** @param seenCommands Gets the name of each command, for whoever wants to know what a client did. */
  constructor(account: ImapAccount, connection: ImapConnection, seenCommands: string[]) {
    this.#account = account;
    this.#connection = connection;
    this.#seenCommands = seenCommands;
  }

  greet(): void {
    this.#untagged(`OK [CAPABILITY ${this.#capabilities()}] ready`);
  }

  take(chunk: Buffer): void {
    for (const taken of this.#reader.add(chunk)) this.#handle(taken);
  }

  #handle(taken: Taken): void {
    if (taken.kind === 'literal-announced') this.#line('+ go on');
    else if (this.#awaiting !== undefined) {
      const answer = this.#awaiting;
      this.#awaiting = undefined;
      answer(taken.kind === 'malformed' ? taken.line : '');
    } else if (taken.kind === 'malformed') this.#untagged('BAD this is no command');
    else {
      this.#seenCommands.push(taken.command.name);
      this.#complete(taken.command, this.#carryOut(taken.command));
    }
  }

  /** `undefined` where the answer comes later, or has come. */
  #complete({ tag, name }: Command, result: Result): void {
    if (result !== undefined) this.#line(`${tag} ${result === OK ? `OK ${name} done` : result}`);
    if (name === 'LOGOUT') this.#connection.end();
  }

  #carryOut(command: Command): Result {
    const [first, second] = command.arguments;
    switch (command.name) {
      case 'CAPABILITY':
        this.#untagged(`CAPABILITY ${this.#capabilities()}`);
        return OK;
      case 'NOOP':
        return OK;
      case 'LOGOUT':
        this.#untagged('BYE logging out');
        return OK;
      case 'STARTTLS':
        return this.#startTls(command);
      case 'LOGIN':
        return this.#login(textOf(first), textOf(second));
      case 'AUTHENTICATE':
        return this.#authenticate(command);
      default:
        return this.#isLoggedIn ? this.#carryOutLoggedIn(command) : 'BAD log in first';
    }
  }

  #carryOutLoggedIn(command: Command): Result {
    switch (command.name) {
      case 'LIST':
        return this.#list(command);
      case 'SELECT':
      case 'EXAMINE':
        return this.#select(command);
      default:
        return this.#isSelected ? this.#carryOutSelected(command) : 'BAD select a folder first';
    }
  }

  #carryOutSelected(command: Command): Result {
    switch (command.name) {
      case 'UID SEARCH':
        return this.#search(command);
      case 'UID FETCH':
        return this.#fetch(command);
      case 'UID STORE':
        return this.#store(command);
      default:
        return `BAD the sandbox does not have ${command.name}`;
    }
  }

  #mustStartTls(): boolean {
    return this.#connection.startTls !== undefined && !this.#connection.isSecure;
  }

  #capabilities(): string {
    return this.#mustStartTls()
      ? 'IMAP4rev1 STARTTLS LOGINDISABLED'
      : 'IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR';
  }

  #startTls({ tag }: Command): Result {
    if (!this.#mustStartTls()) return 'BAD there is no TLS to start';
    this.#line(`${tag} OK begin TLS`);
    this.#connection.startTls?.();
    return undefined;
  }

  #login(user: string, password: string): string {
    return this.#admit(user === this.#account.user && password === this.#account.password);
  }

  #admit(isRight: boolean): string {
    if (this.#mustStartTls()) return 'NO [PRIVACYREQUIRED] start TLS first';
    if (!isRight) return 'NO [AUTHENTICATIONFAILED] invalid credentials';
    this.#isLoggedIn = true;
    return OK;
  }

  #authenticate(command: Command): Result {
    const [mechanism, initial] = command.arguments.map(textOf);
    const name = mechanism?.toUpperCase() ?? '';
    if (name !== 'PLAIN' && name !== 'XOAUTH2') return 'NO the mechanism is not known';
    if (initial !== undefined) return this.#decide(name, initial);
    this.#awaiting = (line) => this.#complete(command, this.#decide(name, line));
    this.#line('+ ');
    return undefined;
  }

  #decide(mechanism: 'PLAIN' | 'XOAUTH2', line: string): string {
    const response = Buffer.from(line, 'base64').toString();
    const { user, accessToken } = this.#account;
    if (mechanism === 'XOAUTH2')
      return this.#admit(
        accessToken !== undefined && response === `user=${user}\x01auth=Bearer ${accessToken}\x01\x01`,
      );
    const [, name = '', password = ''] = response.split('\0');
    return this.#login(name, password);
  }

  #list({ arguments: [, pattern] }: Command): Result {
    const name = textOf(pattern);
    if (name === '') this.#untagged('LIST (\\Noselect) "/" ""');
    else if (isSameFolder(name, this.#account.folder) || name === '*')
      this.#untagged(`LIST (\\HasNoChildren) "/" ${quoted(this.#account.folder)}`);
    return OK;
  }

  #select({ arguments: [name] }: Command): Result {
    this.#isSelected = isSameFolder(textOf(name), this.#account.folder);
    if (!this.#isSelected) return 'NO [NONEXISTENT] there is no such folder';
    const flags = PLAIN_FLAGS.join(' ');
    const messages = this.#account.messages();
    const permanent = this.#account.keepsKeywords ? `${flags} \\*` : flags;
    this.#untagged(`FLAGS (${flags})`);
    this.#untagged(`${messages.length} EXISTS`);
    this.#untagged('0 RECENT');
    this.#untagged('OK [UIDVALIDITY 1] valid');
    this.#untagged(`OK [UIDNEXT ${(messages.at(-1)?.uid ?? 0) + 1}] next`);
    this.#untagged(`OK [PERMANENTFLAGS (${permanent})] kept`);
    return 'OK [READ-WRITE] selected';
  }

  #search(command: Command): Result {
    try {
      const found = this.#account.messages().filter(searchTest(command.arguments));
      this.#untagged(['SEARCH', ...found.map(({ uid }) => uid)].join(' '));
      return OK;
    } catch (error) {
      if (!(error instanceof UnknownSearchKey)) throw error;
      return `BAD the sandbox does not search by ${error.message}`;
    }
  }

  #fetch({ arguments: [set, wantedItems] }: Command): Result {
    const isWanted = uidsOf(textOf(set));
    const items = itemsOf(wantedItems);
    for (const [index, message] of this.#account.messages().entries())
      if (isWanted(message.uid)) this.#connection.write(fetched(index + 1, message, items));
    return OK;
  }

  #store({ arguments: [set, operation, flags] }: Command): Result {
    if (!/^\+FLAGS(?:\.SILENT)?$/i.test(textOf(operation))) return 'BAD the sandbox adds flags only';
    const { keepsKeywords } = this.#account;
    const added = (flags?.kind === 'list' ? flags.items : [flags]).map(textOf);
    const kept = added.filter((flag) => keepsKeywords || PLAIN_FLAGS.includes(flag));
    const isWanted = uidsOf(textOf(set));
    for (const { uid } of this.#account.messages()) if (isWanted(uid)) this.#account.addFlags(uid, kept);
    for (const [index, message] of this.#account.messages().entries())
      if (isWanted(message.uid)) this.#connection.write(fetched(index + 1, message, ['FLAGS']));
    return OK;
  }

  #untagged(text: string): void {
    this.#line(`* ${text}`);
  }

  #line(text: string): void {
    this.#connection.write(`${text}\r\n`);
  }
}

/** INBOX is written in any case. */
function isSameFolder(name: string, folder: string): boolean {
  return name === folder || (folder === 'INBOX' && name.toUpperCase() === folder);
}

/** `1,3:5,7:*` */
function uidsOf(set: string): (uid: number) => boolean {
  const ranges = set.split(',').map((range) => {
    const [first = '', last = first] = range.split(':');
    const number = (text: string) => (text === '*' ? Number.POSITIVE_INFINITY : Number(text));
    return [Math.min(number(first), number(last)), Math.max(number(first), number(last))] as const;
  });
  return (uid) => ranges.some(([first, last]) => uid >= first && uid <= last);
}

function itemsOf(argument: Argument | undefined): readonly string[] {
  return (argument?.kind === 'list' ? argument.items : [argument]).map((item) => textOf(item).toUpperCase());
}

function fetched(sequence: number, message: ImapMessage, items: readonly string[]): Buffer {
  const { uid, flags, receivedAt, raw } = message;
  const answers: (string | Buffer)[] = [`UID ${uid}`];
  for (const item of items) {
    if (item === 'FLAGS') answers.push(` FLAGS (${[...flags].join(' ')})`);
    if (item === 'INTERNALDATE') answers.push(` INTERNALDATE ${quoted(internalDate(receivedAt))}`);
    if (item === 'RFC822.SIZE') answers.push(` RFC822.SIZE ${raw.length}`);
    if (item === 'BODY.PEEK[]' || item === 'BODY[]') answers.push(` BODY[] {${raw.length}}\r\n`, raw);
  }
  const pieces = [`* ${sequence} FETCH (`, ...answers, ')\r\n'];
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
}

/** `02-Nov-2026 08:00:05 +0000` */
function internalDate(date: Date): string {
  const [, day = '', month = '', year = '', time = ''] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day}-${month}-${year} ${time} +0000`;
}
