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

/**
 * Toss's Korean and English names of its banks. Versions of the API up to 2022-07-27 answer the Korean ones (`"bank": "우리"`),
 * and requests may name a bank by either. Sources: the release notes, examples of docs.tosspayments.com in version 1.4, and
 * the table of codes as public clients carry it.
 */
const bankNames: readonly (readonly [tossCode: string, korean: string, english: string])[] = [
  ['02', '산업', 'KDBBANK'],
  ['03', '기업', 'IBK'],
  ['06', '국민', 'KOOKMIN'],
  ['07', '수협', 'SUHYEOP'],
  ['11', '농협', 'NONGHYEOP'],
  ['12', '단위농협', 'LOCALNONGHYEOP'],
  ['20', '우리', 'WOORI'],
  ['23', 'SC제일', 'SC'],
  ['27', '씨티', 'CITI'],
  ['31', '대구', 'DAEGUBANK'],
  ['32', '부산', 'BUSANBANK'],
  ['34', '광주', 'GWANGJUBANK'],
  ['35', '제주', 'JEJUBANK'],
  ['37', '전북', 'JEONBUKBANK'],
  ['39', '경남', 'KYONGNAMBANK'],
  ['45', '새마을', 'SAEMAUL'],
  ['48', '신협', 'SHINHYEOP'],
  ['50', '저축', 'SAVINGBANK'],
  ['54', 'HSBC', 'HSBC'],
  ['60', 'BOA', 'BOA'],
  ['64', '산림', 'SANLIM'],
  ['71', '우체국', 'POST'],
  ['81', '하나', 'HANA'],
  ['88', '신한', 'SHINHAN'],
  ['89', '케이', 'KBANK'],
  ['90', '카카오', 'KAKAOBANK'],
  ['92', '토스', 'TOSSBANK'],
];
const bankCodesByName = codesByName(bankNames);

function codesByName(names: readonly (readonly [string, string, string])[]): ReadonlyMap<string, string> {
  const codes = new Map<string, string>();
  // The first of several codes with one name is the one that the name means.
  for (const [code, ...both] of names) for (const name of both) if (!codes.has(name)) codes.set(name, code);
  return codes;
}

/** What Toss takes as a bank in a request, and answers as one: its own code, KFTC's, or a name, Korean ones also with 은행. */
export function readTossBank(input: string): string | undefined {
  if (tossCodes.kftcBankCode(input) !== undefined) return input;
  const byName = [...banks].find(([, name]) => name === input || name === `${input}은행`)?.[0];
  return (
    tossCodes.bankCode(input) ??
    bankCodesByName.get(input) ??
    bankCodesByName.get(input.replace(/은행$/, '')) ??
    tossCodes.bankCode(byName ?? '')
  );
}

/** As versions up to 2022-07-27 write it; a securities firm by its whole name. */
export function tossBankName(tossCode: string): string {
  const kftc = tossCodes.kftcBankCode(tossCode) ?? '';
  return bankNames.find(([code]) => code === tossCode)?.[1] ?? banks.get(kftc) ?? tossCode;
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

/** Toss's Korean and English names of card companies; sources as of the banks' names, those of foreign brands inferred. */
const cardNames: readonly (readonly [tossCode: string, korean: string, english: string])[] = [
  ['11', '국민', 'KOOKMIN'],
  ['15', '카카오뱅크', 'KAKAOBANK'],
  ['21', '하나', 'HANA'],
  ['24', '토스뱅크', 'TOSSBANK'],
  ['30', '산업', 'KDBBANK'],
  ['31', 'BC', 'BC'],
  ['33', '우리', 'WOORI'],
  ['W1', '우리', 'WOORI'],
  ['34', '수협', 'SUHYEOP'],
  ['35', '전북', 'JEONBUKBANK'],
  ['36', '씨티', 'CITI'],
  ['37', '우체국', 'POST'],
  ['38', '새마을', 'SAEMAUL'],
  ['39', '저축', 'SAVINGBANK'],
  ['3A', '케이뱅크', 'KBANK'],
  ['3K', '기업비씨', 'IBK_BC'],
  ['41', '신한', 'SHINHAN'],
  ['42', '제주', 'JEJUBANK'],
  ['46', '광주', 'GWANGJUBANK'],
  ['51', '삼성', 'SAMSUNG'],
  ['61', '현대', 'HYUNDAI'],
  ['62', '신협', 'SHINHYEOP'],
  ['71', '롯데', 'LOTTE'],
  ['91', '농협', 'NONGHYEOP'],
  ['3C', '유니온페이', 'UNIONPAY'],
  ['4J', 'JCB', 'JCB'],
  ['4M', '마스터', 'MASTER'],
  ['4V', '비자', 'VISA'],
  ['6D', '다이너스', 'DINERS'],
  ['6I', '디스커버', 'DISCOVER'],
  ['7A', '아메리칸익스프레스', 'AMEX'],
];
const cardCodesByName = codesByName(cardNames);

/** As versions up to 2022-07-27 write it. */
export function tossCardName(tossCode: string): string {
  return cardNames.find(([code]) => code === tossCode)?.[1] ?? tossCode;
}

/** By Toss's code, or by the name that versions up to 2022-07-27 answer instead. */
export function cardCompanyOf(tossCompany: string | null): {
  readonly code: string | null;
  readonly name: string | null;
} {
  const tossCode = tossCompany === null ? undefined : (cardCodesByName.get(tossCompany) ?? tossCompany);
  const code = (tossCode === undefined ? undefined : tossCodes.standardCardCode(tossCode)) ?? null;
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
