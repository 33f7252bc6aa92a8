import { type Language, useLanguage } from './language.ts';

/** What one part of the console says, in both languages: neither can lack a word that the other has. */
export type Words<Table> = Readonly<Record<Language, Table>>;

/** `defineWords({ ko: {...}, en: {...} })`. A word is a text, or a function that makes one of what it is given. */
export function defineWords<Table>(words: { readonly ko: Table; readonly en: NoInfer<Table> }): Words<Table> {
  return words;
}

/** The words in the language that is chosen. */
export function useWords<Table>(words: Words<Table>): Table {
  return words[useLanguage()];
}
