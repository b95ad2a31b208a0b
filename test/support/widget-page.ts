import { XMLParser } from 'fast-xml-parser';

/** An element of a widget's HTML: its tag, its attributes, and all text within it. */
export interface WidgetElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly WidgetElement[];
}

type Node = Readonly<Record<string, unknown>>;

const PARSER = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  htmlEntities: true,
  processEntities: { enabled: true, maxTotalExpansions: 100_000, maxExpandedLength: 10_000_000 },
});

/**
 * Reads a widget's HTML with a parser that knows nothing of how it was written.
 * It is an XML parser: what the widget writes is well-formed XML as well.
 */
export function readWidget(html: string): readonly WidgetElement[] {
  return elementsOf(PARSER.parse(html) as readonly Node[]);
}

/** The element and all within it, in the order of the document. */
export function everyElement(elements: readonly WidgetElement[]): readonly WidgetElement[] {
  return elements.flatMap((element) => [element, ...everyElement(element.children)]);
}

function elementsOf(nodes: readonly Node[]): readonly WidgetElement[] {
  return nodes.flatMap((node) => {
    const tag = Object.keys(node).find((key) => key !== ':@' && key !== '#text');
    if (tag === undefined) return [];
    const children = node[tag] as readonly Node[];
    return [
      {
        tag,
        attributes: (node[':@'] ?? {}) as Record<string, string>,
        text: textOf(children),
        children: elementsOf(children),
      },
    ];
  });
}

function textOf(nodes: readonly Node[]): string {
  return nodes
    .map((node) => {
      const [[key, value] = ['', '']] = Object.entries(node).filter(([name]) => name !== ':@');
      return key === '#text' ? String(value) : textOf((value as readonly Node[]) ?? []);
    })
    .join('');
}

/** What a button of the widget does: whom it calls, with what, after which question. */
export interface WidgetCall {
  readonly endpoint: string;
  readonly payload: unknown;
  readonly confirmation: string | undefined;
}

/** The calls behind the buttons, each right after its button, as the dashboard needs it. */
export function callsOf(elements: readonly WidgetElement[]): readonly WidgetCall[] {
  return everyElement(elements).flatMap(({ children }) =>
    children.flatMap(({ tag, attributes, text }, index) => {
      if (tag !== 'cwdb-action') return [];
      if (attributes['action'] !== 'call' || children[index - 1]?.tag !== 'button')
        throw new Error('an action that no button makes');
      return [
        {
          endpoint: attributes['endpoint'] ?? '',
          payload: JSON.parse(text) as unknown,
          confirmation: attributes['confirmation'],
        },
      ];
    }),
  );
}

/** The text of each cell, by row, without the heads. */
export function cellsOf(elements: readonly WidgetElement[]): readonly (readonly string[])[] {
  const [body] = everyElement(elements).filter(({ tag }) => tag === 'tbody');
  return (body?.children ?? []).map(({ children }) => children.map(({ text }) => text));
}
