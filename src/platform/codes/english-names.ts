/** What the card companies and banks of `cards.ts` and `banks.ts` call themselves in English. Codes that are not here have none. */
const cardNames: Readonly<Record<string, string>> = {
  '361': 'BC Card',
  '381': 'KB Kookmin Card',
  '367': 'Hyundai Card',
  '365': 'Samsung Card',
  '368': 'Lotte Card',
  '371': 'NH NongHyup Card',
  '041': 'Woori Card',
  '374': 'Hana Card',
  '045': 'MG Community Credit Card',
  '373': 'Jeju Bank Card',
  '364': 'Kwangju Bank Card',
  '366': 'Shinhan Card',
  '002': 'KDB Card',
  '369': 'Suhyup Card',
  '048': 'Shinhyup Card',
  '370': 'Citi Card',
  '071': 'Korea Post Card',
  '089': 'K bank Card',
  '372': 'Jeonbuk Bank Card',
  '090': 'KakaoBank Card',
};

const bankNames: Readonly<Record<string, string>> = {
  '002': 'KDB',
  '003': 'IBK',
  '004': 'KB Kookmin Bank',
  '005': 'KEB',
  '007': 'Suhyup Bank',
  '011': 'NH NongHyup Bank',
  '012': 'Local NongHyup',
  '020': 'Woori Bank',
  '023': 'SC First Bank',
  '027': 'Citibank Korea',
  '031': 'iM Bank (Daegu)',
  '032': 'Busan Bank',
  '034': 'Kwangju Bank',
  '035': 'Jeju Bank',
  '037': 'Jeonbuk Bank',
  '039': 'Kyongnam Bank',
  '045': 'MG Community Credit',
  '048': 'Shinhyup',
  '050': 'Savings banks',
  '064': 'Forestry Cooperative',
  '071': 'Korea Post',
  '081': 'Hana Bank',
  '088': 'Shinhan Bank',
  '089': 'K bank',
  '090': 'KakaoBank',
  '092': 'Toss Bank',
};

export function englishCardName(code: string): string | undefined {
  return cardNames[code];
}

export function englishBankName(code: string): string | undefined {
  return bankNames[code];
}
