/** Amounts in major units, as a language writes them. */
export function moneyIn(language: 'ko' | 'en'): (amount: number, currency: string) => string {
  return (amount, currency) => {
    if (language === 'ko' && currency === 'KRW') return `${new Intl.NumberFormat('ko').format(amount)}원`;
    try {
      return new Intl.NumberFormat(language, { style: 'currency', currency }).format(amount);
    } catch {
      // No code of a currency.
      return `${new Intl.NumberFormat(language).format(amount)} ${currency}`;
    }
  };
}

/** Seconds since 1970 in Korean time, which due dates are in. */
export function timeIn(language: 'ko' | 'en'): (seconds: number) => string {
  const times = new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'Asia/Seoul',
  });
  return (seconds) => `${times.format(seconds * 1_000)}${language === 'en' ? ' (KST)' : ''}`;
}
