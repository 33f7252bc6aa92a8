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
  const times = new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'Asia/Seoul',
  });
  return {
    language,
    words: words[language],
    money(amount, currency) {
      if (language === 'ko' && currency === 'KRW') return `${new Intl.NumberFormat('ko').format(amount)}원`;
      try {
        return new Intl.NumberFormat(language, { style: 'currency', currency }).format(amount);
      } catch {
        // No code of a currency.
        return `${new Intl.NumberFormat(language).format(amount)} ${currency}`;
      }
    },
    time: (seconds) => `${times.format(seconds * 1_000)}${language === 'en' ? ' (KST)' : ''}`,
    name: ({ name, name_en: english }) => (language === 'en' && english) || name,
  };
}
