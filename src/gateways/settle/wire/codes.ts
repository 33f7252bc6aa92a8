import { type CodePairs, createGatewayCodes, withoutFirstZero } from '../../../port/codes.ts';
import type { PayMethod } from '../../../port/payment.ts';

/** Hecto's banks and securities firms are KFTC's codes. Source: table 41.3 of the official document. */
const bankCodes = [
  '002 003 004 005 007 011 012 020 023 027 031 032 034 035 037 039 045 048 050 054 055 057 060 062 064 071 081 088 089',
  '090 092 103 209 218 238 240 243 247 261 262 263 264 265 266 267 269 270 271 278 279 280 287 290 291 292',
]
  .join(' ')
  .split(' ');

/** Banks that issue virtual accounts. Source: chapter 15.8; 수협은행 (007) stopped in the second quarter of 2025. */
export const virtualAccountBanks: readonly string[] = '003 004 011 020 023 031 032 034 039 045 071 081 088 089'.split(
  ' ',
);

/**
 * i'mport's code of a card company and Hecto's. Source: table 41.2, paired by company name. Hecto's 218 (KB증권), 050
 * (저축은행) and its wallets (KBP, SSP, 1QP) have no counterpart.
 */
const cardPairs: CodePairs = [
  ['361', 'BCC'],
  ['381', 'KBC'],
  ['374', 'HNC'],
  ['365', 'SSC'],
  ['366', 'SHN'],
  ['041', 'WRI'],
  ['367', 'HDC'],
  ['368', 'LTC'],
  ['371', 'NHC'],
  ['369', '007'],
  ['373', '035'],
  ['364', '034'],
  ['372', '037'],
  ['370', '027'],
  ['071', '071'],
  ['048', '048'],
  ['002', '002'],
  ['090', '090'],
  ['089', '089'],
  ['045', '247'],
];

const bankPairs: CodePairs = bankCodes.map((code) => [code, code] as const);

export const hectoCodes = createGatewayCodes({
  banks: bankPairs,
  merchantsBanks: withoutFirstZero(bankPairs),
  cards: cardPairs,
});

/** Companies that the simulator gives its cards to. */
export const sandboxIssuers: readonly string[] = ['BCC', 'KBC', 'HNC', 'SSC', 'SHN', 'WRI', 'HDC', 'LTC', 'NHC'];

/** Hecto's two letters of a pay method. Source: chapter 38.8. */
export const methodCodes = {
  card: 'CA',
  trans: 'RA',
  vbank: 'VA',
  phone: 'MP',
  point: 'CP',
  cultureland: 'CG',
  smartculture: 'SG',
  booknlife: 'BG',
} as const;
export type HectoPayMethod = keyof typeof methodCodes;
export type MethodCode = (typeof methodCodes)[HectoPayMethod];

export function methodCodeOf(payMethod: PayMethod): MethodCode | undefined {
  return Object.hasOwn(methodCodes, payMethod) ? methodCodes[payMethod as HectoPayMethod] : undefined;
}

export function isGiftCertificate(payMethod: string): boolean {
  return payMethod === 'cultureland' || payMethod === 'smartculture' || payMethod === 'booknlife';
}
