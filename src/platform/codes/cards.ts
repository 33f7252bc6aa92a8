/**
 * Card companies by the codes that i'mport answers in `card_code`, with the names as they stand in a payment. Source:
 * PortOne's table of card codes, which names the company only; that 카드 follows is seen in published answers
 * (신한카드, BC카드) and inferred for the others.
 */
export const cards: ReadonlyMap<string, string> = new Map([
  ['361', 'BC카드'],
  ['381', 'KB카드'],
  ['367', '현대카드'],
  ['365', '삼성카드'],
  ['368', '롯데카드'],
  ['371', 'NH카드'],
  ['041', '우리카드'],
  ['374', '하나SK카드'],
  ['045', '새마을카드'],
  ['373', '제주카드'],
  ['364', '광주카드'],
  ['366', '신한카드'],
  ['002', 'KDB카드'],
  ['369', '수협카드'],
  ['048', '신협카드'],
  ['370', '씨티카드'],
  ['071', '우체국카드'],
  ['089', 'K뱅크카드'],
  ['372', '전북카드'],
  ['090', '카카오뱅크카드'],
  ['10001', '해외은련'],
  ['10002', '해외다이너스'],
  ['10003', '해외아멕스'],
  ['10004', '해외마스터'],
  ['10005', '해외비자'],
  ['10006', '해외JCB'],
]);

/** Foreign card companies by the letters of i'mport's older clients, whose rows may still have them. */
const olderCodes: Readonly<Record<string, string>> = Object.freeze({
  UNI: '10001',
  DIN: '10002',
  AMX: '10003',
  MAS: '10004',
  VIS: '10005',
  JCB: '10006',
});

/** The code of today for an older one; every other code is itself. */
export function presentCardCode(code: string): string {
  return Object.hasOwn(olderCodes, code) ? (olderCodes[code] ?? code) : code;
}

/** `undefined` for a code that i'mport does not have. */
export function cardName(code: string): string | undefined {
  return cards.get(code);
}
