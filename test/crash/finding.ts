/** Which count of the last line a violation goes into; `other` is every invariant that has none of its own. */
export type Kind = 'lost' | 'halfSwapped' | 'overBudget' | 'other';

/** A broken invariant. */
export interface Finding {
  readonly kind: Kind;
  /** What was seen; one clause, no secret value. */
  readonly text: string;
}

export function findingsOf(kind: Kind, texts: readonly string[]): readonly Finding[] {
  return texts.map((text) => ({ kind, text }));
}
