import { pathOf } from './path.ts';

export interface JsonProblem {
  readonly path: string;
  readonly message: string;
}

/** More than any configuration has; less than what the checker's own recursion can take. */
const DEEPEST = 64;
const BLANK = /[ \t\r\n]*/y;
const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
/** Between the quotes: everything from the blank on but `"` and `\`, and escapes. */
const STRING = /"(?:[ -!#-[\]-\uFFFF]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;

/** Where the text stops being JSON, and what to do about it. */
class NoJson extends Error {
  override readonly name = 'NoJson';
  readonly at: number;

  constructor(at: number, remedy: string) {
    super(remedy);
    this.at = at;
  }
}

/**
 * Finds what `JSON.parse` refuses without saying where, and what it passes over
 * without saying so. Reads the grammar of RFC 8259 and keeps no values.
 */
export class JsonCheck {
  readonly #text: string;
  readonly #repeated: JsonProblem[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** None where the text is JSON and no object has a key twice. */
  problems(): readonly JsonProblem[] {
    try {
      this.#value([]);
      this.#skipBlank();
      if (this.#at < this.#text.length)
        throw this.#unexpected('the file goes on after its end. Take this out');
      return this.#repeated;
    } catch (error) {
      if (!(error instanceof NoJson)) throw error;
      const { line, column } = this.#place(error.at);
      return [
        {
          path: '(file)',
          message: `the file is no JSON at line ${line}, column ${column}: ${error.message}.`,
        },
      ];
    }
  }

  #value(path: readonly PropertyKey[]): void {
    if (path.length > DEEPEST) throw new NoJson(this.#at, 'this is nested too deeply. Take a level out');
    this.#skipBlank();
    const first = this.#text[this.#at];
    if (first === '{') this.#object(path);
    else if (first === '[') this.#array(path);
    else if (first === '"') this.#string();
    else if (!this.#takes(LITERAL)) throw this.#unexpected('this is no value. Text stands in double quotes');
  }

  #object(path: readonly PropertyKey[]): void {
    const lines = new Map<string, number>();
    this.#members('}', () => {
      if (this.#text[this.#at] !== '"') throw this.#unexpected('a key stands in double quotes');
      const { line } = this.#place(this.#at);
      const key = JSON.parse(this.#string()) as string;
      this.#noteRepeated([...path, key], lines.get(key), line);
      lines.set(key, line);
      this.#skipBlank();
      if (this.#text[this.#at] !== ':') throw this.#unexpected('a colon belongs between a key and its value');
      this.#at += 1;
      this.#value([...path, key]);
    });
  }

  #array(path: readonly PropertyKey[]): void {
    let index = 0;
    this.#members(']', () => {
      this.#value([...path, index]);
      index += 1;
    });
  }

  /** What is between brackets, of which the opening one comes next. */
  #members(close: string, member: () => void): void {
    this.#at += 1;
    this.#skipBlank();
    if (this.#text[this.#at] === close) {
      this.#at += 1;
      return;
    }
    for (;;) {
      member();
      this.#skipBlank();
      const next = this.#text[this.#at];
      if (next !== ',' && next !== close)
        throw this.#unexpected(`a comma or "${close}" is missing before this`);
      const comma = this.#at;
      this.#at += 1;
      if (next === close) return;
      this.#skipBlank();
      if (this.#text[this.#at] === close)
        throw new NoJson(comma, 'nothing follows this comma. Take the comma out');
    }
  }

  /** @returns the string as it is written. */
  #string(): string {
    const start = this.#at;
    if (!this.#takes(STRING))
      throw new NoJson(
        start,
        'this text does not end on its line, or has a "\\" that means nothing. Mend it',
      );
    return this.#text.slice(start, this.#at);
  }

  #noteRepeated(path: readonly PropertyKey[], before: number | undefined, line: number): void {
    if (before === undefined) return;
    const where = before === line ? `twice on line ${line}` : `on line ${before} and again on line ${line}`;
    this.#repeated.push({
      path: pathOf(path),
      message: `this key is written ${where}, and only the last would count. Keep one of them.`,
    });
  }

  #skipBlank(): void {
    this.#takes(BLANK);
  }

  #takes(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.#text);
    this.#at += taken?.[0].length ?? 0;
    return taken !== null;
  }

  /** What stands here belongs nowhere, unless it is something that people often write. */
  #unexpected(remedy: string): NoJson {
    const rest = this.#text.slice(this.#at, this.#at + 2);
    if (rest === '') return new NoJson(this.#at, 'the file ends in the middle. Write the rest of it');
    if (rest === '//' || rest === '/*' || rest.startsWith('#'))
      return new NoJson(this.#at, 'JSON has no comments. Take the comment out');
    if (rest.startsWith("'")) return new NoJson(this.#at, 'JSON has no single quotes. Write double ones');
    return new NoJson(this.#at, remedy);
  }

  #place(at: number): { readonly line: number; readonly column: number } {
    const before = this.#text.slice(0, at).split(/\r\n|\r|\n/);
    return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
  }
}
