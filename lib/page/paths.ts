import { ASSETS, type AssetName } from './assets/assets.ts';
import type { Language } from './language.ts';

/** The URLs within one page, as absolute paths. They keep the language that the reader chose. */
export class PagePaths {
  readonly #base: string;
  readonly #link: string | undefined;
  readonly #chosen: Language | undefined;

  /**
   * @param base The path under which the page was asked for; empty at the root.
   * @param linkId `undefined` on a page that belongs to no link.
   * @param chosen The language in the query; `undefined` where the browser decides.
   */
  constructor(base: string, linkId: string | undefined, chosen: Language | undefined) {
    this.#base = base;
    this.#link = linkId;
    this.#chosen = chosen;
  }

  get page(): string {
    return this.#below('', this.#chosen);
  }

  get progress(): string {
    return this.#below('/progress', this.#chosen);
  }

  get start(): string {
    return this.#below('/start', this.#chosen);
  }

  get token(): string {
    return this.#below('/token', this.#chosen);
  }

  get credential(): string {
    return this.#below('/credential', this.#chosen);
  }

  /** The same page in another language. Without a link it leads to where the reader is. */
  inLanguage(language: Language): string {
    return this.#link === undefined ? `?lang=${language}` : this.#below('', language);
  }

  asset(name: AssetName): string {
    return `${this.#base}/assets/${ASSETS[name].file}`;
  }

  #below(path: string, language: Language | undefined): string {
    const query = language === undefined ? '' : `?lang=${language}`;
    return `${this.#base}/p/${this.#link ?? ''}${path}${query}`;
  }
}
