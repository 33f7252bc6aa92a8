import { banks } from '../../../platform/codes/banks.ts';
import { cardName } from '../../../platform/codes/cards.ts';
import { type CodePairs, createGatewayCodes } from '../../../port/codes.ts';

/**
 * KFTC's three-digit bank codes → Toss's two characters. Source: the organisation codes of docs.tosspayments.com as
 * several public clients carry them. Almost all are KFTC's last two digits; KB국민은행 is not (004 → 06), and securities
 * firms have letters.
 */
const bankPairs: CodePairs = [
  ['002', '02'],
  ['003', '03'],
  ['004', '06'],
  ['007', '07'],
  ['011', '11'],
  ['012', '12'],
  ['020', '20'],
  ['023', '23'],
  ['027', '27'],
  ['031', '31'],
  ['032', '32'],
  ['034', '34'],
  ['035', '35'],
  ['037', '37'],
  ['039', '39'],
  ['045', '45'],
  ['048', '48'],
  ['050', '50'],
  ['054', '54'],
  ['060', '60'],
  ['064', '64'],
  ['071', '71'],
  ['081', '81'],
  ['088', '88'],
  ['089', '89'],
  ['090', '90'],
  ['092', '92'],
  ['209', 'S0'],
  ['218', 'S4'],
  ['238', 'S5'],
  ['240', 'S3'],
  ['243', 'S6'],
  ['247', 'SL'],
  ['261', 'S8'],
  ['262', 'S9'],
  ['263', 'SA'],
  ['264', 'SB'],
  ['266', 'SD'],
  ['267', 'SE'],
  ['269', 'SG'],
  ['270', 'SH'],
  ['271', 'ST'],
  ['278', 'S2'],
  ['279', 'SI'],
  ['280', 'SJ'],
  ['287', 'SK'],
  ['290', 'SM'],
  ['291', 'SN'],
  ['292', 'SO'],
];

/** Banks that issue virtual accounts at Toss, by KFTC's codes. */
export const virtualAccountBanks: readonly string[] = '039 034 004 003 011 031 032 045 007 088 020 071 081'.split(' ');

/** By Toss's code. */
export function issuesVirtualAccounts(tossCode: string): boolean {
  return virtualAccountBanks.includes(tossCodes.kftcBankCode(tossCode) ?? '');
}

/** Toss's English names of banks, which it takes in requests too. */
const bankNames: ReadonlyMap<string, string> = new Map([
  ['KYONGNAMBANK', '39'],
  ['GWANGJUBANK', '34'],
  ['LOCALNONGHYEOP', '12'],
  ['BUSANBANK', '32'],
  ['SAEMAUL', '45'],
  ['SANLIM', '64'],
  ['SHINHAN', '88'],
  ['SHINHYEOP', '48'],
  ['CITI', '27'],
  ['WOORI', '20'],
  ['POST', '71'],
  ['SAVINGBANK', '50'],
  ['JEONBUKBANK', '37'],
  ['JEJUBANK', '35'],
  ['KAKAOBANK', '90'],
  ['KBANK', '89'],
  ['TOSSBANK', '92'],
  ['HANA', '81'],
  ['HSBC', '54'],
  ['BOA', '60'],
  ['IBK', '03'],
  ['KOOKMIN', '06'],
  ['DAEGUBANK', '31'],
  ['KDBBANK', '02'],
  ['NONGHYEOP', '11'],
  ['SC', '23'],
  ['SUHYEOP', '07'],
]);

/** What Toss takes as a bank in a request: its own code, KFTC's, or a name (English, or Korean with or without 은행). */
export function readTossBank(input: string): string | undefined {
  if (tossCodes.kftcBankCode(input) !== undefined) return input;
  const byName = [...banks].find(([, name]) => name === input || name === `${input}은행`)?.[0];
  return tossCodes.bankCode(input) ?? bankNames.get(input) ?? tossCodes.bankCode(byName ?? '');
}

/**
 * Toss's two characters of a card company and i'mport's code. Sources: the card company table of docs.tosspayments.com,
 * and i'mport's table; the pairing is by company name. i'mport has one code for 우리 (Toss: 33 through BC, W1 its own)
 * and one for BC (Toss: 31, 3K for 기업); it has none for 저축은행 (39), 토스뱅크 (24) and Discover (6I).
 */
const cardPairs: CodePairs = [
  ['364', '46'],
  ['368', '71'],
  ['002', '30'],
  ['361', '31'],
  ['365', '51'],
  ['045', '38'],
  ['366', '41'],
  ['048', '62'],
  ['370', '36'],
  ['041', 'W1'],
  ['071', '37'],
  ['372', '35'],
  ['373', '42'],
  ['090', '15'],
  ['089', '3A'],
  ['374', '21'],
  ['367', '61'],
  ['381', '11'],
  ['371', '91'],
  ['369', '34'],
  ['10001', '3C'],
  ['10002', '6D'],
  ['10003', '7A'],
  ['10004', '4M'],
  ['10005', '4V'],
  ['10006', '4J'],
  ['361', '3K'],
  ['041', '33'],
];

export const tossCodes = createGatewayCodes({ banks: bankPairs, cards: cardPairs });

export function cardCompanyOf(tossCode: string | null): { readonly code: string | null; readonly name: string | null } {
  const code = (tossCode === null ? undefined : tossCodes.standardCardCode(tossCode)) ?? null;
  return { code, name: code === null ? null : (cardName(code) ?? null) };
}

/** Companies that the simulator gives its cards to: Toss's codes of Korean companies that i'mport knows too. */
export const sandboxIssuers: readonly string[] = '11 21 31 41 51 61 71 91'.split(' ');

/** Toss's words for the pay methods. Source: `Payment.method`. */
export const methodNames = {
  card: '카드',
  trans: '계좌이체',
  vbank: '가상계좌',
  phone: '휴대폰',
  cultureland: '문화상품권',
  booknlife: '도서문화상품권',
  smartculture: '게임문화상품권',
} as const;
export type TossPayMethod = keyof typeof methodNames;

export function isTossPayMethod(payMethod: string): payMethod is TossPayMethod {
  return Object.hasOwn(methodNames, payMethod);
}

/** `undefined` for a method without a counterpart in the port, such as 간편결제 (it is answered as a card's or a transfer's). */
export function payMethodOf(method: string): TossPayMethod | undefined {
  return (Object.keys(methodNames) as TossPayMethod[]).find((payMethod) => methodNames[payMethod] === method);
}
