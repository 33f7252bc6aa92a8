import { currentLanguage, type Language, useLanguage } from '../language/language.ts';

const formats = new Map<string, Intl.NumberFormat>();

/** `12,000원`, `₩12,000`, `$12.00`. Amounts are those of the API: in the currency's main unit. */
export function moneyText(amount: number, currency = 'KRW', language: Language = currentLanguage()): string {
  if (currency === 'KRW' && language === 'ko') return `${numberText(amount, language)}원`;
  const name = `${language} ${currency}`;
  let format = formats.get(name);
  if (!format) {
    format = new Intl.NumberFormat(language, { style: 'currency', currency });
    formats.set(name, format);
  }
  return format.format(amount);
}

export function numberText(value: number, language: Language = currentLanguage()): string {
  return value.toLocaleString(language);
}

export function Money({ amount, currency = 'KRW' }: { readonly amount: number; readonly currency?: string }) {
  return <span className="money">{moneyText(amount, currency, useLanguage())}</span>;
}
