import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';

const LONGEST_WAIT_MILLISECONDS = 10_000;

/** What a browser always says of an answer that is an error on purpose. */
const ERROR_STATUS = /^Failed to load resource: the server responded with a status of \d+/;

export interface VisitorOptions
  extends Pick<
    BrowserContextOptions,
    'colorScheme' | 'forcedColors' | 'javaScriptEnabled' | 'locale' | 'reducedMotion' | 'viewport'
  > {
  /** Whether the page's timers run by themselves. @default false */
  readonly timeRuns?: boolean;
}

/** What has the focus: its id, or what it says where it has none. */
const FOCUSED = `(() => {
  const focused = document.activeElement;
  return focused === document.body ? 'nothing' : focused.id || focused.textContent.trim();
})()`;

/**
 * A person with a browser of their own: nothing is remembered from another test.
 * The timers of the page stand still until `wait` lets time pass. Whatever must
 * not happen on any page is noted in `problems`.
 */
export class Visitor {
  static #browser: Promise<Browser> | undefined;
  static readonly #present = new Set<Visitor>();
  readonly page: Page;
  /** Errors on the console, among them everything that the content security policy forbade, and requests to other places. */
  readonly problems: string[] = [];
  readonly #context: BrowserContext;
  readonly #known = new Set<string>();

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
  }

  static async arrive({ timeRuns = false, ...options }: VisitorOptions = {}): Promise<Visitor> {
    const context = await (await Visitor.openBrowser()).newContext({ locale: 'en-GB', ...options });
    context.setDefaultTimeout(LONGEST_WAIT_MILLISECONDS);
    if (!timeRuns) {
      await context.clock.install({ time: 0 });
      await context.clock.pauseAt(1);
    }
    const visitor = new Visitor(context, await context.newPage());
    Visitor.#present.add(visitor);
    visitor.#watch();
    return visitor;
  }

  /** Sends everybody away, and says what must not have happened on their pages. */
  static async leave(): Promise<readonly string[]> {
    const visitors = [...Visitor.#present];
    Visitor.#present.clear();
    await Promise.all(visitors.map((visitor) => visitor.#context.close()));
    return visitors.flatMap(({ problems }) => problems);
  }

  static openBrowser(): Promise<Browser> {
    Visitor.#browser ??= launchChromium();
    return Visitor.#browser;
  }

  static async closeBrowser(): Promise<void> {
    await (await Visitor.#browser)?.close();
    Visitor.#browser = undefined;
  }

  /** Follows a link that somebody was given. */
  async open(address: string): Promise<void> {
    this.#known.add(new URL(address).origin);
    await this.page.goto(address);
  }

  /** Opens another tab beside the first. */
  async openBeside(address: string): Promise<Page> {
    this.#known.add(new URL(address).origin);
    const page = await this.#context.newPage();
    await page.goto(address);
    return page;
  }

  /** What the page shows, by its own mark on it. */
  async state(): Promise<string | null> {
    return this.page.locator('main').getAttribute('data-state');
  }

  /** Waits until the page shows a state, as its script makes it without being loaded anew. */
  async sees(state: string): Promise<void> {
    await this.page.locator(`main[data-state="${state}"]`).waitFor();
  }

  async text(selector: string): Promise<string> {
    return (await this.page.locator(selector).textContent()) ?? '';
  }

  /** Puts text in a field at once, as pasting does. */
  async paste(label: string | RegExp, text: string): Promise<void> {
    await this.page.getByLabel(label).focus();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.insertText(text);
  }

  /** Presses a button, and waits for the page that it leads to. */
  async press(name: string | RegExp): Promise<void> {
    await this.#arrives(() => this.page.getByRole('button', { name }).click());
  }

  /** As `press`, whatever the button says. */
  async sendFrom(button: string): Promise<void> {
    await this.#arrives(() => this.page.locator(button).click());
  }

  async pressKey(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /** Presses a key that sends a form, and waits for the page that it leads to. */
  async sendByKey(key: string): Promise<void> {
    await this.#arrives(() => this.page.keyboard.press(key));
  }

  async lookAgain(): Promise<void> {
    await this.page.reload();
  }

  /** What has the focus: its id, or what it says; `nothing` where that is the page itself. */
  async focused(): Promise<string> {
    return this.page.evaluate<string>(FOCUSED);
  }

  /** Lets time pass on the page, and what its script does then. */
  async wait(seconds: number): Promise<void> {
    await this.page.clock.runFor(seconds * 1_000);
  }

  async #arrives(act: () => Promise<void>): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await act();
    await loaded;
  }

  #watch(): void {
    const context = this.#context;
    context.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (!this.#known.has(origin)) this.problems.push(`a request went to ${origin}`);
    });
    context.on('response', (response) => {
      const isPage = response.request().isNavigationRequest() || response.url().includes('/progress');
      if (response.status() >= 400 && !isPage)
        this.problems.push(`${response.url()} answered ${response.status()}`);
    });
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()) && !ERROR_STATUS.test(message.text()))
        this.problems.push(`the console says: ${message.text()}`);
    });
    context.on('weberror', (error) => this.problems.push(`a script failed: ${error.error().message}`));
  }
}
