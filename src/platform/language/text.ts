export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

/**
 * What a person reads, in each language. Whoever has something to say need not know the reader's language: only the terminal
 * does, and chooses.
 */
export type Text = Readonly<Record<Language, string>>;

/** A plain string is the same in every language: an id, an amount, somebody else's words. */
export type Words = string | Text;

export function text(en: string, ko: string): Text {
  return { en, ko };
}

export function inLanguage(language: Language, words: Words): string {
  return typeof words === 'string' ? words : words[language];
}

/** JSON of a value in which texts may stand anywhere; each becomes what its reader reads. */
export function jsonIn(language: Language, value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => (isText(part) ? part[language] : part));
}

function isText(value: unknown): value is Text {
  if (typeof value !== 'object' || value === null) return false;
  const names = Object.keys(value);
  return names.length === languages.length && languages.every((language) => names.includes(language));
}

/** One text of several, with the same between them in every language. */
export function joined(parts: readonly Words[], between: string): Text {
  const of = (language: Language): string => parts.map((part) => inLanguage(language, part)).join(between);
  return { en: of('en'), ko: of('ko') };
}
