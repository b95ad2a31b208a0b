import { type MailVerdict, type MailVerdicts, NOTHING_PROVEN } from './mail.ts';
import { isAllowedDomain } from './sender.ts';

/** One `method=result` with its properties. Everything is in lower case. */
interface AuthenticationResult {
  readonly method: string;
  readonly result: string;
  /** Such as `header.from`; the last of several. */
  readonly properties: ReadonlyMap<string, string>;
}

interface Token {
  readonly text: string;
  /** Whether it follows the one before it without a blank. */
  readonly isGlued: boolean;
}

/** Far longer than any server writes. */
const LONGEST_HEADER = 16_384;
const BLANK = /\s/;

/**
 * What the receiving mail server says about a mail: the topmost
 * Authentication-Results header with the server's id, and no other. A sender can
 * write such headers, too; those stand below, and a server that follows the RFC
 * takes away the ones that carry its own id. Where no header of the server is
 * found, or it is not well-formed, nothing is proven.
 *
 * @param headers Values of the headers, topmost first.
 * @param authservId The id that the server puts at the start of its headers.
 * @param fromDomain Of the mail's one sender; a DMARC result for another domain counts as failed.
 * @see https://www.rfc-editor.org/rfc/rfc8601
 */
export function headerVerdicts(
  headers: readonly string[],
  authservId: string,
  fromDomain: string | undefined,
): MailVerdicts {
  const ours = headers.map(segmentsOf).find((segments) => idOf(segments) === authservId.toLowerCase());
  const results = ours === undefined ? undefined : resultsOf(ours);
  if (results === undefined) return NOTHING_PROVEN;
  const of = (method: string) => results.filter((each) => each.method === method);
  return {
    spf: unanimous(of('spf').map(({ result }) => verdictOf(result))),
    // A mail may have several signatures, of which some are broken on the way.
    dkim: best(of('dkim').map(({ result }) => verdictOf(result))),
    dmarc: unanimous(of('dmarc').map((each) => dmarcVerdict(each, fromDomain))),
  };
}

/** The header, cut at its semicolons. */
interface Segments {
  readonly parts: readonly (readonly Token[])[];
  /** False where something is not well-formed; what was read before it is there. */
  readonly isComplete: boolean;
}

function segmentsOf(header: string): Segments {
  const scan = new HeaderScan();
  const isRead = header.length <= LONGEST_HEADER && scan.read(header);
  return { parts: scan.parts, isComplete: isRead };
}

/** Takes comments out and quotation marks off; what stands in them is never structure. */
class HeaderScan {
  readonly parts: Token[][] = [[]];
  #text: string | undefined;
  #isGlued = false;
  #nextIsGlued = false;

  /** @returns false as soon as something is not well-formed. */
  read(header: string): boolean {
    for (let at = 0; at < header.length; at += 1) {
      const last = this.#take(header, at);
      if (last === undefined) {
        this.#separate();
        return false;
      }
      at = last;
    }
    this.#separate();
    return true;
  }

  /** @returns the index of the last character that was taken. */
  #take(header: string, at: number): number | undefined {
    const character = header.charAt(at);
    if (character === '(') {
      this.#separate();
      return endOfComment(header, at);
    }
    if (character === '"') {
      const quoted = quotedAt(header, at);
      if (quoted !== undefined) this.#add(quoted.text);
      return quoted?.end;
    }
    if (character === ';' || BLANK.test(character)) {
      this.#separate();
      if (character === ';') this.parts.push([]);
    } else if (character === '=') {
      this.#end();
      this.#add(character);
      this.#end();
    } else if (character < ' ' || character === ')') return undefined;
    else this.#add(character);
    return at;
  }

  #add(piece: string): void {
    if (this.#text === undefined) this.#isGlued = this.#nextIsGlued;
    this.#text = (this.#text ?? '') + piece;
    this.#nextIsGlued = true;
  }

  #end(): void {
    if (this.#text !== undefined)
      this.parts.at(-1)?.push({ text: this.#text.toLowerCase(), isGlued: this.#isGlued });
    this.#text = undefined;
  }

  #separate(): void {
    this.#end();
    this.#nextIsGlued = false;
  }
}

/** Index of the parenthesis that closes the comment; comments nest. */
function endOfComment(value: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < value.length; at += 1) {
    const character = value.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return undefined;
}

function quotedAt(value: string, open: number): { readonly text: string; readonly end: number } | undefined {
  let text = '';
  for (let at = open + 1; at < value.length; at += 1) {
    const character = value.charAt(at);
    if (character === '"') return { text, end: at };
    if (character === '\\') at += 1;
    text += value.charAt(at);
  }
  return undefined;
}

function idOf({ parts: [first = []] }: Segments): string | undefined {
  return first[0]?.text;
}

/** `undefined` where anything in the header is not as the RFC has it. */
function resultsOf({ parts, isComplete }: Segments): readonly AuthenticationResult[] | undefined {
  const [[, version, ...more] = [], ...rest] = parts;
  if (!isComplete || more.length > 0 || (version !== undefined && version.text !== '1')) return undefined;
  // Servers like to end the header with a semicolon.
  const infos = rest.filter((tokens) => tokens.length > 0);
  if (infos.length === 1 && infos[0]?.length === 1 && infos[0][0]?.text === 'none') return [];
  const results = infos.map(resultOf);
  return results.every((result) => result !== undefined) ? results : undefined;
}

function resultOf(tokens: readonly Token[]): AuthenticationResult | undefined {
  const pairs = pairsOf(tokens);
  const [first, ...properties] = pairs ?? [];
  if (first === undefined) return undefined;
  const [method = ''] = first[0].split('/');
  return { method, result: first[1], properties: new Map(properties) };
}

/** `name = value` after `name = value`. */
function pairsOf(tokens: readonly Token[]): [string, string][] | undefined {
  const pairs: [string, string][] = [];
  for (let at = 0; at < tokens.length; ) {
    const [name, equals, value] = tokens.slice(at, at + 3);
    if (name === undefined || equals?.text !== '=' || value === undefined || name.text === '=')
      return undefined;
    at += 3;
    let text = value.text;
    // An equals sign inside of a value, such as at the end of a signature in Base64.
    for (; tokens[at]?.isGlued === true; at += 1) text += tokens[at]?.text ?? '';
    pairs.push([name.text, text]);
  }
  return pairs;
}

function dmarcVerdict(
  { result, properties }: AuthenticationResult,
  fromDomain: string | undefined,
): MailVerdict {
  const about = properties.get('header.from');
  // Some servers write the organizational domain, whose policy it was.
  if (about !== undefined && !isAllowedDomain(fromDomain, [about])) return 'fail';
  return verdictOf(result);
}

function verdictOf(result: string): MailVerdict {
  switch (result) {
    case 'pass':
      return 'pass';
    case 'fail':
    case 'hardfail':
    case 'softfail':
      return 'fail';
    case 'none':
    case 'neutral':
    case 'policy':
      return 'gray';
    default:
      return 'unknown';
  }
}

const FROM_WORST: readonly MailVerdict[] = ['fail', 'unknown', 'gray', 'pass'];

/** The worst of several, because a method that judges one thing has one result. */
function unanimous(verdicts: readonly MailVerdict[]): MailVerdict {
  return FROM_WORST.find((each) => verdicts.includes(each)) ?? 'unknown';
}

function best(verdicts: readonly MailVerdict[]): MailVerdict {
  return FROM_WORST.findLast((each) => verdicts.includes(each)) ?? 'unknown';
}
