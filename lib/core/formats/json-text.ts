/**
 * JSON that survives being edited: key order, indentation and the exact
 * spelling of numbers (`12345678901234567890`, `1.0`) are kept, which plain
 * parse-and-stringify does not do.
 */

interface SourceContext {
  readonly source?: string;
}
interface SourceAwareJson {
  parse(
    text: string,
    reviver: (this: unknown, key: string, value: unknown, context: SourceContext) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}
/** ECMAScript "JSON.parse source text access", in Node 22 and later. */
const sourceAware = JSON as unknown as SourceAwareJson;

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object in the text, or `undefined` where the text is no JSON object. */
export function readJsonObject(text: string): JsonObject | undefined {
  try {
    const value = sourceAware.parse(text, (_key, item, context) =>
      typeof item === 'number' && context.source !== undefined ? sourceAware.rawJSON(context.source) : item,
    );
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The text with the given top-level fields set, and nothing else changed in meaning. */
export function setJsonFields(
  text: string,
  object: JsonObject,
  fields: Readonly<Record<string, string>>,
): string {
  const trailingNewline = text.endsWith('\n') ? '\n' : '';
  return JSON.stringify({ ...object, ...fields }, undefined, indentationOf(text)) + trailingNewline;
}

function indentationOf(text: string): string | undefined {
  return /^\s*\{\r?\n([ \t]+)"/.exec(text)?.[1];
}
