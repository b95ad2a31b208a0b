/** Where one member of an object stands in JSON text. */
export interface JsonMember {
  /** As readers see it, escapes resolved. */
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** The members of the object that is the whole text. The text must be valid JSON, and an object. */
export function scanMembers(text: string): readonly JsonMember[] {
  const members: JsonMember[] = [];
  let at = skipBlank(text, text.indexOf('{') + 1);
  while (text[at] !== '}') {
    const keyStart = at;
    const keyEnd = endOfString(text, keyStart);
    const colon = skipBlank(text, keyEnd);
    const valueStart = skipBlank(text, colon + 1);
    const valueEnd = endOfValue(text, valueStart);
    const key = JSON.parse(text.slice(keyStart, keyEnd)) as string;
    members.push({ key, keyStart, keyEnd, valueStart, valueEnd });
    at = skipBlank(text, valueEnd);
    if (text[at] === ',') at = skipBlank(text, at + 1);
  }
  return members;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (/[ \t\r\n]/.test(text[at] ?? '')) at += 1;
  return at;
}

function endOfString(text: string, quote: number): number {
  let at = quote + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  return first === '{' || first === '[' ? endOfNest(text, start) : endOfWord(text, start);
}

function endOfNest(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (character === '{' || character === '[') depth += 1;
    if (character === '}' || character === ']') depth -= 1;
    at += 1;
  } while (depth > 0);
  return at;
}

/** The end of a number, `true`, `false` or `null`. */
function endOfWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !/[,\]}\s]/.test(text[at] ?? '')) at += 1;
  return at;
}
