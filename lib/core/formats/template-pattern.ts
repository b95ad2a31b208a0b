import { nearest } from '../config/nearest.ts';
import { isProblem, type Problem } from './clear-text.ts';

/** What a template may write. `securityToken` is empty where the org needs none. */
const PLACEHOLDERS = ['username', 'password', 'securityToken', 'loginUrl', 'domain'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

export type Piece = { readonly text: string } | { readonly placeholder: Placeholder };

/** A field of a template: which key, and what it holds. */
export interface TemplateField {
  readonly key: string;
  readonly pieces: readonly Piece[];
}

/** Reads a pattern such as `{password}{securityToken}`. `{{` and `}}` stand for a brace. */
export function parsePattern(pattern: string): readonly Piece[] | Problem {
  const pieces: Piece[] = [];
  for (const [part] of pattern.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g)) {
    if (part === '{{' || part === '}}') pieces.push({ text: part.slice(1) });
    else if (part === '{' || part === '}') return { problem: loneBrace(part) };
    else if (!part.startsWith('{')) pieces.push({ text: part });
    else {
      const name = part.slice(1, -1);
      if (!isPlaceholder(name)) return { problem: unknownPlaceholder(name) };
      pieces.push({ placeholder: name });
    }
  }
  return pieces;
}

/** How often a template writes a placeholder. */
export function occurrences(fields: readonly TemplateField[], placeholder: Placeholder): number {
  return fields
    .flatMap((field) => field.pieces)
    .filter((piece) => 'placeholder' in piece && piece.placeholder === placeholder).length;
}

/** What patterns that are sound write. */
export function placeholdersIn(patterns: readonly string[]): ReadonlySet<Placeholder> {
  const pieces = patterns.map(parsePattern).flatMap((parsed) => (isProblem(parsed) ? [] : parsed));
  return new Set(pieces.flatMap((piece) => ('placeholder' in piece ? [piece.placeholder] : [])));
}

function isPlaceholder(name: string): name is Placeholder {
  return PLACEHOLDERS.some((placeholder) => placeholder === name);
}

function unknownPlaceholder(name: string): string {
  const meant = nearest(name, PLACEHOLDERS);
  const known = PLACEHOLDERS.map((placeholder) => `{${placeholder}}`).join(', ');
  return `unknown placeholder "{${name}}". ${meant === undefined ? `Known: ${known}.` : `Did you mean "{${meant}}"?`}`;
}

function loneBrace(brace: string): string {
  return `a "${brace}" stands alone. Write "${brace}${brace}" for a brace as text.`;
}
