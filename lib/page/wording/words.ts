import { html } from 'hono/html';
import type { Language } from '../language.ts';
import { en, type MessageKey } from './en.ts';
import { ja } from './ja.ts';
import { distanceText, momentText } from './time-text.ts';

/** Escaped HTML. Texts that are put into it are escaped on their way. */
export type Html = ReturnType<typeof html>;

/** The words in braces of a message. */
type Placeholder<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

type FilledBy<Key extends MessageKey, Value> = [Placeholder<(typeof en)[Key]>] extends [never]
  ? readonly []
  : readonly [Readonly<Record<Placeholder<(typeof en)[Key]>, Value>>];

const MESSAGES: Readonly<Record<Language, Readonly<Record<MessageKey, string>>>> = { en, ja };

type Countable = 'integration' | 'attempt';

/** Says the sentences of the page in one language, at one moment. */
export class Words {
  readonly language: Language;
  readonly #now: Date;

  constructor(language: Language, now: Date) {
    this.language = language;
    this.#now = now;
  }

  /** A sentence as text. */
  text<Key extends MessageKey>(key: Key, ...[values]: FilledBy<Key, string>): string {
    return split(MESSAGES[this.language][key])
      .map((part) => (part.isName ? (lookUp(values, part.text) ?? '') : part.text))
      .join('');
  }

  /** A sentence as HTML, into which elements may be filled. */
  rich<Key extends MessageKey>(key: Key, ...[values]: FilledBy<Key, string | Html>): Html {
    const parts = split(MESSAGES[this.language][key]).map((part) =>
      part.isName ? lookUp(values, part.text) : part.text,
    );
    return html`${parts}`;
  }

  /** @example '3 integrations' */
  count(thing: Countable, count: number): string {
    const form = new Intl.PluralRules(this.language).select(count) === 'one' ? 'one' : 'other';
    return this.text(`count.${thing}.${form}`, { count: String(count) });
  }

  /**
   * A moment, in UTC and by its distance from now.
   *
   * @param iso ISO 8601.
   */
  time(iso: string): Html {
    const time = momentText(iso, this.language);
    const distance = distanceText(iso, this.#now, this.language);
    return html`<time datetime="${iso}">${this.text('time.withDistance', { time, distance })}</time>`;
  }

  /** As `time`, without the distance, where a sentence says already on which side of now it is. */
  moment(iso: string): Html {
    return html`<time datetime="${iso}">${momentText(iso, this.language)}</time>`;
  }
}

function split(message: string): readonly { readonly isName: boolean; readonly text: string }[] {
  return message.split(/\{(\w+)\}/).map((text, index) => ({ isName: index % 2 === 1, text }));
}

function lookUp<Value>(values: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return values?.[name];
}
