import { createHash } from 'node:crypto';
import { ICON } from './icon.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

export interface Asset {
  /** Its name in the URL, which changes with its content. */
  readonly file: string;
  readonly contentType: string;
  readonly content: string;
}

function asset(extension: string, contentType: string, content: string): Asset {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return { file: `${hash}.${extension}`, contentType, content };
}

/** What a page loads besides itself. All of it is the same for everybody and says nothing of any rotation. */
export const ASSETS = {
  style: asset('css', 'text/css; charset=utf-8', STYLE),
  script: asset('js', 'text/javascript; charset=utf-8', SCRIPT),
  icon: asset('svg', 'image/svg+xml', ICON),
} as const;

export type AssetName = keyof typeof ASSETS;

export function findAsset(file: string): Asset | undefined {
  return Object.values(ASSETS).find((known) => known.file === file);
}
