import { malformed, type SoqlToken, tokenize } from './soql-tokens.ts';

export type Literal =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'dateTime'; readonly value: string }
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' };

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE';

export type Condition =
  | {
      readonly kind: 'compare';
      readonly field: string;
      readonly operator: Operator;
      readonly literal: Literal;
    }
  | {
      readonly kind: 'in';
      readonly field: string;
      readonly negated: boolean;
      readonly literals: readonly Literal[];
    }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition };

/** What an aggregate query may do with a field: the functions that the fields of the stand-in allow. */
export type Aggregate = 'COUNT' | 'COUNT_DISTINCT' | 'MIN' | 'MAX';

/** A field, or a function of one, with the name that the answer is to give it. */
export interface SelectItem {
  readonly field: string;
  readonly aggregate: Aggregate | undefined;
  readonly alias: string | undefined;
}

export interface Ordering {
  readonly field: string;
  /** Orders the groups of an aggregate query. */
  readonly aggregate: Aggregate | undefined;
  readonly descending: boolean;
  readonly nullsLast: boolean;
}

export interface Soql {
  /** `count` for `SELECT COUNT()`. */
  readonly fields: readonly SelectItem[] | 'count';
  readonly object: string;
  readonly where: Condition | undefined;
  readonly groupBy: readonly string[];
  readonly orderBy: readonly Ordering[];
  readonly limit: number | undefined;
}

/**
 * Parses the part of SOQL that the stand-in answers: one object, plain fields,
 * aggregate functions or `COUNT()`, WHERE with comparisons, IN, LIKE, AND, OR, NOT
 * and parentheses, GROUP BY fields, ORDER BY, LIMIT. Anything else throws
 * MALFORMED_QUERY.
 */
export function parseSoql(query: string): Soql {
  return new Parser(tokenize(query)).query();
}

const AGGREGATES: readonly Aggregate[] = ['COUNT', 'COUNT_DISTINCT', 'MIN', 'MAX'];

class Parser {
  readonly #tokens: readonly SoqlToken[];
  #at = 0;

  constructor(tokens: readonly SoqlToken[]) {
    this.#tokens = tokens;
  }

  query(): Soql {
    this.#word('SELECT');
    const fields = this.#fields();
    this.#word('FROM');
    const object = this.#name();
    const where = this.#accepts('WHERE') ? this.#condition() : undefined;
    const groupBy = this.#accepts('GROUP') ? this.#groupBy() : [];
    const orderBy = this.#accepts('ORDER') ? this.#orderBy() : [];
    const limit = this.#accepts('LIMIT') ? this.#count() : undefined;
    const rest = this.#peek();
    if (rest !== undefined) throw malformed(`unexpected token: '${rest.text}'`);
    return { fields, object, where, groupBy, orderBy, limit };
  }

  #fields(): SelectItem[] | 'count' {
    const first = this.#item();
    if (first === 'count') return 'count';
    const items = [first];
    while (this.#symbol(',')) {
      const item = this.#item();
      if (item === 'count') throw malformed("unexpected token: ')'");
      items.push(item);
    }
    return items;
  }

  #item(): SelectItem | 'count' {
    const { field, aggregate } = this.#expression();
    if (field === '') return 'count';
    return { field, aggregate, alias: this.#isAlias() ? this.#name() : undefined };
  }

  /** A word between an item and what may follow it. */
  #isAlias(): boolean {
    const [word, next] = this.#tokens.slice(this.#at, this.#at + 2);
    const isEnd = next?.text === ',' || (next?.kind === 'word' && next.text.toUpperCase() === 'FROM');
    return word?.kind === 'word' && word.text.toUpperCase() !== 'FROM' && isEnd;
  }

  /** A field or a function of one; for `COUNT()` the field is empty. */
  #expression(): Pick<SelectItem, 'field' | 'aggregate'> {
    const name = this.#name();
    if (!this.#symbol('(')) return { field: name, aggregate: undefined };
    const aggregate = AGGREGATES.find((known) => known === name.toUpperCase());
    if (aggregate === undefined) throw malformed(`unexpected token: '('`);
    if (aggregate === 'COUNT' && this.#symbol(')')) return { field: '', aggregate };
    const field = this.#name();
    this.#expect(')');
    return { field, aggregate };
  }

  #groupBy(): string[] {
    this.#word('BY');
    const fields = [this.#name()];
    while (this.#symbol(',')) fields.push(this.#name());
    return fields;
  }

  /** AND and OR on one level need parentheses, as the service demands. */
  #condition(): Condition {
    const parts = [this.#term()];
    let joint: 'and' | 'or' | undefined;
    for (;;) {
      const next = this.#accepts('AND') ? 'and' : this.#accepts('OR') ? 'or' : undefined;
      if (next === undefined) break;
      if (joint !== undefined && joint !== next) throw malformed(`unexpected token: '${next.toUpperCase()}'`);
      joint = next;
      parts.push(this.#term());
    }
    const [only] = parts;
    return joint === undefined && only !== undefined ? only : { kind: joint ?? 'and', parts };
  }

  #term(): Condition {
    if (this.#accepts('NOT')) return { kind: 'not', part: this.#term() };
    if (this.#symbol('(')) {
      const inner = this.#condition();
      this.#expect(')');
      return inner;
    }
    const field = this.#name();
    if (this.#accepts('IN')) return { kind: 'in', field, negated: false, literals: this.#list() };
    if (this.#accepts('NOT')) {
      this.#word('IN');
      return { kind: 'in', field, negated: true, literals: this.#list() };
    }
    const operator = this.#operator();
    return { kind: 'compare', field, operator, literal: this.#literal() };
  }

  #operator(): Operator {
    if (this.#accepts('LIKE')) return 'LIKE';
    const token = this.#next();
    if (token.kind === 'symbol') {
      if (token.text === '<>') return '!=';
      if (['=', '!=', '<', '<=', '>', '>='].includes(token.text)) return token.text as Operator;
    }
    throw malformed(`unexpected token: '${token.text}'`);
  }

  #list(): Literal[] {
    this.#expect('(');
    const literals = [this.#literal()];
    while (this.#symbol(',')) literals.push(this.#literal());
    this.#expect(')');
    return literals;
  }

  #literal(): Literal {
    const token = this.#next();
    if (token.kind === 'string' || token.kind === 'dateTime' || token.kind === 'number') {
      return { kind: token.kind, value: token.text };
    }
    switch (token.text.toLowerCase()) {
      case 'true':
      case 'false':
        return { kind: 'boolean', value: token.text.toLowerCase() === 'true' };
      case 'null':
        return { kind: 'null' };
      default:
        throw malformed(`unexpected token: '${token.text}'`);
    }
  }

  #orderBy(): Ordering[] {
    this.#word('BY');
    const orderings = [this.#ordering()];
    while (this.#symbol(',')) orderings.push(this.#ordering());
    return orderings;
  }

  #ordering(): Ordering {
    const { field, aggregate } = this.#expression();
    const descending = this.#accepts('DESC') || (this.#accepts('ASC') && false);
    if (!this.#accepts('NULLS')) return { field, aggregate, descending, nullsLast: false };
    if (this.#accepts('LAST')) return { field, aggregate, descending, nullsLast: true };
    this.#word('FIRST');
    return { field, aggregate, descending, nullsLast: false };
  }

  #count(): number {
    const token = this.#next();
    if (token.kind !== 'number' || !/^\d+$/.test(token.text))
      throw malformed(`unexpected token: '${token.text}'`);
    return Number(token.text);
  }

  #name(): string {
    const token = this.#next();
    if (token.kind !== 'word') throw malformed(`unexpected token: '${token.text}'`);
    return token.text;
  }

  #word(expected: string): void {
    if (this.#accepts(expected)) return;
    throw malformed(`unexpected token: '${this.#peek()?.text ?? '<EOF>'}'`);
  }

  #accepts(keyword: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'word' || token.text.toUpperCase() !== keyword) return false;
    this.#at += 1;
    return true;
  }

  #symbol(text: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'symbol' || token.text !== text) return false;
    this.#at += 1;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#symbol(symbol)) throw malformed(`expecting '${symbol}'`);
  }

  #peek(): SoqlToken | undefined {
    return this.#tokens[this.#at];
  }

  #next(): SoqlToken {
    const token = this.#peek();
    if (token === undefined) throw malformed("unexpected token: '<EOF>'");
    this.#at += 1;
    return token;
  }
}
