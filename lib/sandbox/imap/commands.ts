/** An argument: an atom, a string (quoted or literal), or a list in parentheses. */
export type Argument =
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Argument[] };

export interface Command {
  readonly tag: string;
  /** In capitals; `UID FETCH` is one name. */
  readonly name: string;
  readonly arguments: readonly Argument[];
}

/** What comes next out of the bytes of a client. */
export type Taken =
  | { readonly kind: 'command'; readonly command: Command }
  /** A line that is no command: an answer to a continuation request. */
  | { readonly kind: 'malformed'; readonly line: string }
  /** The client waits to be asked for its literal. */
  | { readonly kind: 'literal-announced' };

const LITERAL = /\{(\d{1,8})(\+?)\}$/;
const LONGEST_COMMAND = 64 * 1024;

/**
 * Collects the lines and literals of a client into commands.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3501#section-4.3
 */
export class CommandReader {
  #bytes = Buffer.alloc(0);
  /** What was read of the command, with its literals as quoted strings. */
  #pieces: string[] = [];
  #missing = 0;

  /** @throws RangeError where a command has no end. */
  add(chunk: Buffer): readonly Taken[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (this.#bytes.length > LONGEST_COMMAND) throw new RangeError('a command without an end');
    const taken: Taken[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next())
      if (next !== 'more') taken.push(next);
    return taken;
  }

  #next(): Taken | 'more' | undefined {
    if (this.#missing > 0) return this.#takeLiteral();
    const end = this.#bytes.indexOf('\r\n');
    if (end === -1) return undefined;
    const line = this.#bytes.toString('utf8', 0, end);
    this.#bytes = this.#bytes.subarray(end + 2);
    const literal = LITERAL.exec(line);
    if (literal === null) return this.#complete(line);
    this.#pieces.push(line.slice(0, literal.index));
    this.#missing = Number(literal[1]);
    if (this.#missing === 0) this.#pieces.push('""');
    return literal[2] === '+' ? 'more' : { kind: 'literal-announced' };
  }

  #takeLiteral(): 'more' | undefined {
    if (this.#bytes.length < this.#missing) return undefined;
    const text = this.#bytes.toString('utf8', 0, this.#missing);
    this.#bytes = this.#bytes.subarray(this.#missing);
    this.#missing = 0;
    this.#pieces.push(quoted(text));
    return 'more';
  }

  #complete(line: string): Taken {
    const text = [...this.#pieces, line].join('');
    this.#pieces = [];
    const command = parseCommand(text);
    return command === undefined ? { kind: 'malformed', line } : { kind: 'command', command };
  }
}

export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function parseCommand(text: string): Command | undefined {
  const [, tag, name, rest = ''] = /^([^\s()"{%*+]+) ((?:UID )?[A-Za-z]+)(?: ([\s\S]*))?$/i.exec(text) ?? [];
  if (tag === undefined || name === undefined) return undefined;
  const items = new ArgumentParser(rest).all();
  return items === undefined ? undefined : { tag, name: name.toUpperCase(), arguments: items };
}

const ATOM = /[^\s()"]+/y;
const QUOTED = /"((?:[^"\\]|\\[\s\S])*)"/y;

class ArgumentParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  all(): readonly Argument[] | undefined {
    const items = this.#items();
    return this.#at === this.#text.length ? items : undefined;
  }

  #items(): readonly Argument[] | undefined {
    const items: Argument[] = [];
    for (;;) {
      while (this.#text[this.#at] === ' ') this.#at += 1;
      const next = this.#text[this.#at];
      if (next === undefined || next === ')') return items;
      const item = next === '(' ? this.#list() : this.#value(next === '"' ? QUOTED : ATOM);
      if (item === undefined) return undefined;
      items.push(item);
    }
  }

  #list(): Argument | undefined {
    this.#at += 1;
    const items = this.#items();
    if (items === undefined || this.#text[this.#at] !== ')') return undefined;
    this.#at += 1;
    return { kind: 'list', items };
  }

  #value(pattern: RegExp): Argument | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return pattern === QUOTED
      ? { kind: 'string', text: (found[1] ?? '').replace(/\\([\s\S])/g, '$1') }
      : { kind: 'atom', text: found[0] };
  }
}

export function textOf(argument: Argument | undefined): string {
  return argument === undefined || argument.kind === 'list' ? '' : argument.text;
}
