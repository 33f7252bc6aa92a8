/** Blanks, and hyphens in the forms that keyboards and word processors give them. */
const separators = /[\s\u002d\u2010-\u2015\u2212\uff0d]/g;

/** An account, a card or a telephone number without what people write between its digits. */
export function withoutSeparators(text: string): string {
  return text.replace(separators, '');
}
