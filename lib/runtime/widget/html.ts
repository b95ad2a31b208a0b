/** Markup, as opposed to text, which is escaped wherever it is put into markup. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/**
 * Builds markup from a template. What is put in is escaped, unless it is markup
 * itself, so it is only ever text or the value of a quoted attribute.
 *
 * @example html`<td title="${title}">${text}</td>`
 */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  return new Html(parts.map((part, index) => part + markupOf(values[index] ?? '')).join(''));
}

function markupOf(value: string | number | Html | readonly Html[]): string {
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.map(String).join('');
  return escaped(String(value));
}

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => REFERENCES[character] ?? '');
}

/**
 * JSON in the content of an element. Everything but printable ASCII, and what
 * markup has a use for, is escaped in JSON's own way, so that the reader gets the
 * same JSON whether it takes the element's text or its inner HTML.
 */
export function jsonContent(value: unknown): Html {
  const json = JSON.stringify(value);
  return new Html(
    json.replace(/[^ -~]|[&<>']/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
