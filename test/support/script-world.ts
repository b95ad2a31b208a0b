import { runInNewContext } from 'node:vm';
import { SCRIPT } from '../../lib/page/assets/script.ts';

/** An element, as far as the page's script knows one. */
export class FakeElement {
  readonly id: string;
  readonly dataset: Record<string, string>;
  readonly attributes = new Map<string, string>();
  readonly children: readonly FakeElement[];
  textContent: string;
  value = '';
  replacedBy: FakeElement | undefined;
  focused = 0;
  childNodes: readonly string[] = [];

  constructor(id: string, dataset: Record<string, string> = {}, children: readonly FakeElement[] = []) {
    this.id = id;
    this.dataset = dataset;
    this.children = children;
    this.textContent = '';
  }

  focus(): void {
    this.focused += 1;
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  contains(element: unknown): boolean {
    return this.children.some((child) => child === element);
  }

  querySelector(selector: string): FakeElement | undefined {
    return this.children.find(({ id }) => id === selector);
  }

  querySelectorAll(selector: string): readonly FakeElement[] {
    return this.children.filter(({ dataset }) => 'live' in dataset === (selector === '[data-live]'));
  }

  replaceWith(next: FakeElement): void {
    this.replacedBy = next;
  }

  replaceChildren(...nodes: readonly string[]): void {
    this.textContent = nodes.join('');
  }
}

/** The part of a page that tells the state. */
export function mainOf(
  state: string,
  options: { poll?: number; keep?: boolean; children?: readonly FakeElement[] } = {},
): FakeElement {
  return new FakeElement(
    'main',
    {
      state,
      poll: String(options.poll ?? 2),
      title: `title of ${state}`,
      heading: `heading of ${state}`,
      ...(options.keep === true ? { keep: 'yes' } : {}),
    },
    options.children,
  );
}

type Answer = { readonly status: number; readonly main?: FakeElement } | 'no network';

/** A browser with one page, in which time passes only when a test says so. */
export class ScriptWorld {
  readonly announcer = new FakeElement('announcer');
  readonly heading = new FakeElement('heading');
  readonly fetched: { readonly url: string; readonly options: unknown }[] = [];
  readonly went: string[] = [];
  readonly document: {
    hidden: boolean;
    title: string;
    activeElement: unknown;
    [key: string]: unknown;
  };
  readonly #extra = new Map<string, FakeElement>();
  readonly #listeners = new Map<string, (event: object) => void>();
  #main: FakeElement;
  #timer: { readonly run: () => unknown; readonly milliseconds: number } | undefined;
  #answers: Answer[] = [];

  constructor(main: FakeElement, others: readonly FakeElement[] = [], hasLink = true) {
    this.#main = main;
    for (const other of others) this.#extra.set(other.id, other);
    const listen = (name: string, listener: (event: object) => void) => this.#listeners.set(name, listener);
    this.document = {
      hidden: false,
      title: 'first title',
      activeElement: undefined,
      body: { dataset: hasLink ? { page: '/p/x', progress: '/p/x/progress' } : {} },
      getElementById: (id: string) => this.#find(id),
      addEventListener: listen,
      adoptNode: (node: unknown) => node,
    };
    runInNewContext(SCRIPT, {
      document: this.document,
      window: { addEventListener: listen },
      location: { replace: (url: string) => this.went.push(url) },
      setTimeout: (run: () => unknown, milliseconds: number) => {
        this.#timer = { run, milliseconds };
        return 1;
      },
      clearTimeout: () => {
        this.#timer = undefined;
      },
      fetch: async (url: string, options: unknown) => this.#fetch(url, options),
      DOMParser: class {
        parseFromString(answer: unknown) {
          return { getElementById: () => answer };
        }
      },
    });
  }

  get main(): FakeElement {
    this.#main = this.#main.replacedBy ?? this.#main;
    return this.#main;
  }

  /** In how many seconds the script looks again; `undefined` where it does not. */
  get waits(): number | undefined {
    return this.#timer && this.#timer.milliseconds / 1_000;
  }

  /** The next answers of the server, in this order. */
  answer(...answers: readonly Answer[]): void {
    this.#answers = [...answers];
  }

  /** Lets the time pass until the script has looked. */
  async pass(): Promise<void> {
    const timer = this.#timer;
    this.#timer = undefined;
    await timer?.run();
  }

  async fire(name: string, event: object = {}): Promise<void> {
    this.#listeners.get(name)?.(event);
    await new Promise((resolve) => setImmediate(resolve));
  }

  #find(id: string): FakeElement | undefined {
    if (id === 'main') return this.main;
    if (id === 'announcer') return this.announcer;
    if (id === 'heading') return this.heading;
    return this.#extra.get(id) ?? this.main.children.find((child) => child.id === id);
  }

  #fetch(url: string, options: unknown): { readonly status: number; readonly text: () => Promise<unknown> } {
    this.fetched.push({ url, options });
    const answer = this.#answers.shift();
    if (answer === undefined || answer === 'no network') throw new TypeError('no network');
    return { status: answer.status, text: async () => answer.main };
  }
}
