import { type CodePairs, createGatewayCodes, withoutFirstZero } from '../../../port/codes.ts';
import type { PayMethod } from '../../../port/payment.ts';

/**
 * KICC's codes of banks and securities firms. Source: its table of common codes. They are KFTC's, except that 신한은행 is
 * 026 where it issues virtual accounts (088 where it takes refunds), 수협 has a second one, and 이베스트투자증권 is 256.
 */
const bankPairs: CodePairs = [
  ...(
    '002 003 004 005 007 011 012 020 023 027 031 032 034 035 037 039 045 048 050 064 071 081 088 089 090 092 ' +
    '218 238 240 243 247 261 262 263 264 266 267 269 270 271 278 279 280 287'
  )
    .split(' ')
    .map((code) => [code, code] as const),
  ['088', '026'],
  ['007', '030'],
  ['265', '256'],
];

/**
 * KICC's codes of card companies. Source: its table of common codes (those of approvals, and of companies that only its
 * payment window names). 외환 (008) and 신세계 (034) have no counterpart in i'mport's table.
 */
const cardPairs: CodePairs = [
  ['361', '026'],
  ['381', '016'],
  ['367', '027'],
  ['365', '031'],
  ['368', '047'],
  ['368', '045'],
  ['371', '018'],
  ['041', '015'],
  ['374', '006'],
  ['045', '326'],
  ['373', '011'],
  ['364', '002'],
  ['366', '029'],
  ['002', '058'],
  ['369', '017'],
  ['048', '626'],
  ['370', '022'],
  ['071', '226'],
  ['089', 'C26'],
  ['372', '010'],
  ['090', 'A16'],
  ['10001', '081'],
  ['10002', '048'],
  ['10003', '046'],
  ['10004', '049'],
  ['10005', '050'],
  ['10006', '028'],
];

export const kiccCodes = createGatewayCodes({
  banks: bankPairs,
  merchantsBanks: withoutFirstZero(bankPairs),
  cards: cardPairs,
});

/** Banks that issue virtual accounts at KICC, by KFTC's codes. */
export const virtualAccountBanks: readonly string[] = '003 004 011 020 023 088 031 032 039 071 081 089 092'.split(' ');

/** The bank's code where it issues an account. */
export function issuingBankCode(kftcCode: string): string | undefined {
  if (!virtualAccountBanks.includes(kftcCode)) return undefined;
  return kftcCode === '088' ? '026' : kiccCodes.bankCode(kftcCode);
}

/** `payMethodTypeCode`. */
export const payMethodTypes = { card: '11', trans: '21', vbank: '22', phone: '31' } as const;
export type KiccPayMethod = keyof typeof payMethodTypes;

export function isKiccPayMethod(payMethod: PayMethod): payMethod is KiccPayMethod {
  return Object.hasOwn(payMethodTypes, payMethod);
}
