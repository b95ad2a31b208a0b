/** The languages that the page speaks. */
export const LANGUAGES = ['en', 'ja'] as const;

export type Language = (typeof LANGUAGES)[number];

/** The name of each language in itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', ja: '日本語' };

export function isLanguage(text: string | undefined): text is Language {
  return LANGUAGES.some((language) => language === text);
}

const LONGEST_HEADER = 500;
const ENTRY = /^\s*([a-z]{1,8})(?:-[a-z0-9-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i;

/**
 * The language that a browser prefers among ours; English where it names none.
 *
 * @param header The value of `Accept-Language`.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-accept-language
 */
export function preferredLanguage(header: string | undefined): Language {
  let best: { readonly language: Language; readonly quality: number } = { language: 'en', quality: 0 };
  for (const entry of (header ?? '').slice(0, LONGEST_HEADER).split(',')) {
    const [, name, quality = '1'] = ENTRY.exec(entry) ?? [];
    const language = name?.toLowerCase();
    if (isLanguage(language) && Number(quality) > best.quality) best = { language, quality: Number(quality) };
  }
  return best.language;
}
