/** What a prompt page shows, by its own mark on it: `invitation`, `token`, `done`, … */
export type PageState = string;

/**
 * A browser without JavaScript, as far as the prompt page needs one: opens a
 * link, fills a form in and sends it, and follows where the answer leads.
 */
export class PageVisitor {
  readonly link: string;
  #address: string;
  #html = '';
  #status = 0;

  private constructor(link: string) {
    this.link = link;
    this.#address = link;
  }

  static async open(link: string): Promise<PageVisitor> {
    const visitor = new PageVisitor(link);
    await visitor.lookAgain();
    return visitor;
  }

  /** Loads the page of the link anew. */
  lookAgain(): Promise<void> {
    return this.#load(this.link);
  }

  get state(): PageState {
    return /<main\b[^>]*\sdata-state="([^"]*)"/.exec(this.#html)?.[1] ?? 'none';
  }

  get status(): number {
    return this.#status;
  }

  get html(): string {
    return this.#html;
  }

  /**
   * Sends the one form of the page that has these fields and no others.
   *
   * @throws Error where there is none on the page.
   */
  async submit(fields: Readonly<Record<string, string>>): Promise<void> {
    const names = Object.keys(fields).sort().join();
    const form = formsIn(this.#html).find((candidate) => [...candidate.fields].sort().join() === names);
    if (form === undefined)
      throw new Error(`the page "${this.state}" has no form with: ${names || 'no field'}`);
    await this.#load(new URL(form.action, this.#address).href, {
      method: 'POST',
      body: new URLSearchParams(fields),
    });
  }

  async #load(address: string, init: RequestInit = {}): Promise<void> {
    const response = await fetch(address, init);
    this.#address = response.url;
    this.#status = response.status;
    this.#html = await response.text();
  }
}

interface Form {
  readonly action: string;
  readonly fields: readonly string[];
}

function formsIn(html: string): readonly Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(
    ([, attributes = '', content = '']) => ({
      action: /\saction="([^"]*)"/.exec(attributes)?.[1]?.replaceAll('&amp;', '&') ?? '',
      fields: [...content.matchAll(/<(?:input|textarea)\b[^>]*\sname="([^"]*)"/g)].map(
        ([, name = '']) => name,
      ),
    }),
  );
}
