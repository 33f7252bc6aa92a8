import { moneyIn, timeIn } from '../format.ts';
import { type Language, type Words, words } from './words.ts';

/** Everything that is written in the buyer's language. */
export interface Text {
  readonly language: Language;
  readonly words: Words;
  /** Of an amount in major units. */
  money(amount: number, currency: string): string;
  /** Of seconds since 1970, in Korean time, which due dates are in. */
  time(seconds: number): string;
  /** Of what has a name in both languages. */
  name(of: { readonly name: string; readonly name_en: string }): string;
}

export function textIn(language: Language): Text {
  return {
    language,
    words: words[language],
    money: moneyIn(language),
    time: timeIn(language),
    name: ({ name, name_en: english }) => (language === 'en' && english) || name,
  };
}
