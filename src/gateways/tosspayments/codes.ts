import { banks } from '../../banks/banks.ts';
import { cardName } from '../../cards/cards.ts';

/**
 * KFTC's three-digit bank codes → Toss's two characters. Source: the organisation codes of docs.tosspayments.com as
 * several public clients carry them. Almost all are KFTC's last two digits; KB국민은행 is not (004 → 06), and securities
 * firms have letters.
 */
const bankCodes: ReadonlyMap<string, string> = new Map([
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
]);
const kftcCodes: ReadonlyMap<string, string> = new Map([...bankCodes].map(([kftc, toss]) => [toss, kftc]));

/** Banks that issue virtual accounts at Toss (Toss's codes). */
export const virtualAccountBanks: ReadonlySet<string> = new Set('39 34 06 03 11 31 32 45 07 88 20 71 81'.split(' '));

/** KFTC → Toss; `undefined` for a bank that Toss does not know. */
export function tossBankCode(kftcCode: string): string | undefined {
  return bankCodes.get(kftcCode);
}

/** Toss → KFTC; `undefined` for a code that is not Toss's. */
export function kftcBankCode(tossCode: string): string | undefined {
  return kftcCodes.get(tossCode);
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
  if (kftcCodes.has(input)) return input;
  const byName = [...banks].find(([, name]) => name === input || name === `${input}은행`)?.[0];
  return bankCodes.get(input) ?? bankNames.get(input) ?? bankCodes.get(byName ?? '');
}

/**
 * Toss's two characters of a card company → i'mport's code. Sources: the card company table of docs.tosspayments.com,
 * and i'mport's table; the pairing is by company name. i'mport has one code for 우리 (Toss: 33 through BC, W1 its own)
 * and one for BC (Toss: 31, 3K for 기업); it has none for 저축은행 (39), 토스뱅크 (24) and Discover (6I).
 */
const cardCodes: ReadonlyMap<string, string> = new Map([
  ['3K', '361'],
  ['46', '364'],
  ['71', '368'],
  ['30', '002'],
  ['31', '361'],
  ['51', '365'],
  ['38', '045'],
  ['41', '366'],
  ['62', '048'],
  ['36', '370'],
  ['33', '041'],
  ['W1', '041'],
  ['37', '071'],
  ['35', '372'],
  ['42', '373'],
  ['15', '090'],
  ['3A', '089'],
  ['21', '374'],
  ['61', '367'],
  ['11', '381'],
  ['91', '371'],
  ['34', '369'],
  ['3C', '10001'],
  ['6D', '10002'],
  ['7A', '10003'],
  ['4M', '10004'],
  ['4V', '10005'],
  ['4J', '10006'],
]);

export function cardCompanyOf(tossCode: string | null): { readonly code: string | null; readonly name: string | null } {
  const code = (tossCode === null ? undefined : cardCodes.get(tossCode)) ?? null;
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
