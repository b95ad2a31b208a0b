const LINE_ELEMENTS = new Set(
  (
    'address article aside blockquote body br center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hr html li main nav ol p pre section table tbody tfoot thead tr ul'
  ).split(' '),
);
const CELL_ELEMENTS = new Set(['td', 'th']);
const UNREAD_ELEMENTS = new Set(['script', 'style', 'template', 'title']);

const NAMED_CHARACTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&',
    apos: "'",
    ast: '*',
    colon: ':',
    commat: '@',
    emsp: '\u2003',
    ensp: '\u2002',
    gt: '>',
    lowbar: '_',
    lpar: '(',
    lrm: '\u200e',
    lt: '<',
    nbsp: '\u00a0',
    newline: '\n',
    period: '.',
    plus: '+',
    quot: '"',
    rlm: '\u200f',
    rpar: ')',
    shy: '\u00ad',
    tab: '\t',
    thinsp: '\u2009',
    zerowidthspace: '\u200b',
    zwj: '\u200d',
    zwnj: '\u200c',
  }),
);

const CHARACTER_REFERENCE = /&(?:#(\d{1,7});?|#x([0-9a-f]{1,6});?|([a-z]{2,14});)/gi;
const TAG_START = /<(?:(\/?)([a-z][a-z0-9:-]{0,40})|[!?])/iy;

/**
 * The text that a person reads in an HTML mail, one line per block or table row.
 * It renders nothing: no lists, no link targets, no style sheet. Linear in the
 * length of the input, whatever the input is.
 */
export function htmlToText(html: string): string {
  const pieces: string[] = [];
  let preformatted = false;
  let at = 0;
  while (at < html.length) {
    const open = nextTag(html, at);
    pieces.push(readableText(html.slice(at, open), preformatted));
    if (open === html.length) break;
    const element = elementAt(html, open);
    at = element.end;
    if (element.name === 'pre') preformatted = !element.closing;
    pieces.push(separatorFor(element.name));
  }
  return pieces.join('');
}

interface Element {
  readonly name: string;
  readonly closing: boolean;
  readonly end: number;
}

/** Index of the next `<` that starts a tag, a comment or a declaration. */
function nextTag(html: string, from: number): number {
  for (let open = html.indexOf('<', from); open !== -1; open = html.indexOf('<', open + 1)) {
    TAG_START.lastIndex = open;
    if (TAG_START.test(html)) return open;
  }
  return html.length;
}

/** A comment, or the content of an element that nobody reads, belongs to the tag before it. */
function elementAt(html: string, open: number): Element {
  if (html.startsWith('<!--', open)) return { name: '', closing: false, end: after(html, '-->', open + 4) };
  TAG_START.lastIndex = open;
  const [, slash = '', rawName = ''] = TAG_START.exec(html) ?? [];
  const name = rawName.toLowerCase();
  const closing = slash === '/';
  const end = after(html, '>', open);
  return { name, closing, end: !closing && UNREAD_ELEMENTS.has(name) ? afterElement(html, name, end) : end };
}

function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found === -1 ? html.length : found + mark.length;
}

function afterElement(html: string, name: string, from: number): number {
  const closingTag = new RegExp(`</${name}`, 'gi');
  closingTag.lastIndex = from;
  const match = closingTag.exec(html);
  return match ? after(html, '>', match.index) : html.length;
}

function separatorFor(name: string): string {
  if (LINE_ELEMENTS.has(name)) return '\n';
  return CELL_ELEMENTS.has(name) ? ' ' : '';
}

function readableText(text: string, preformatted: boolean): string {
  return (preformatted ? text : text.replace(/[ \t\r\n\f]+/g, ' ')).replace(
    CHARACTER_REFERENCE,
    (reference, decimal?: string, hexadecimal?: string, name?: string) => {
      if (name !== undefined) return NAMED_CHARACTERS.get(name.toLowerCase()) ?? reference;
      const codePoint = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
      return codePoint > 0x10ffff ? '\ufffd' : String.fromCodePoint(codePoint);
    },
  );
}
