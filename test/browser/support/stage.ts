import type { Look } from './looks.ts';
import { type ServedPage, servePage } from './served-page.ts';
import { Visitor, type VisitorOptions } from './visitor.ts';

/** Whatever has the shape of a token, and of a password. */
const ENTERED = 'Abcdefghijklmnopqrstuvwx';

/** A person in front of the page with made-up views. */
export class Stage implements AsyncDisposable {
  readonly served: ServedPage;
  readonly person: Visitor;

  private constructor(served: ServedPage, person: Visitor) {
    this.served = served;
    this.person = person;
  }

  static async open(options: VisitorOptions = {}): Promise<Stage> {
    return new Stage(await servePage(), await Visitor.arrive(options));
  }

  /** Shows one look. */
  async show({ view, refusal }: Look): Promise<void> {
    const { person, served } = this;
    served.bench.view = view;
    await person.open(served.link);
    if (refusal !== undefined) {
      served.bench.outcome = refusal;
      for (const field of await person.page.locator('textarea, input').all()) await field.fill(ENTERED);
      await person.sendFrom('#submit');
    }
  }

  /** Opens what is folded, so that all of the page is seen. */
  async unfold(): Promise<void> {
    for (const summary of await this.person.page.locator('summary').all()) await summary.click();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.served[Symbol.asyncDispose]();
  }
}
