import type { Finding } from './finding.ts';

/** Something that a rotation left behind and that no rotation owns. */
export interface Leftover {
  readonly finding: Finding;
  /** What would take it away; absent where it may still be alive or needs a person. */
  readonly removal?: Removal;
}

export type Removal =
  | { readonly kind: 'label'; readonly secret: string; readonly label: string; readonly versionId: string }
  /** The draft's version that holds nothing but the current login. */
  | { readonly kind: 'draft'; readonly secret: string; readonly versionId: string };
