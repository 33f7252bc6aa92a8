import { createGatewayCodes } from '../../../port/codes.ts';
import type { PayMethod } from '../../../port/payment.ts';

/** Kiwoom Pay has two digits of its own for the ten banks that it works with. Source: PortOne's table of daou's banks. */
const bankPairs = [
  ['003', '03'],
  ['004', '04'],
  ['005', '05'],
  ['011', '08'],
  ['020', '09'],
  ['088', '10'],
  ['023', '11'],
  ['081', '12'],
  ['032', '15'],
  ['071', '31'],
] as const;
export const bankCodesOfKftc: readonly string[] = bankPairs.map(([kftc]) => kftc);

/** i'mport's code of a card company and Kiwoom Pay's. Source: the table of card companies in public shop modules. */
const cardPairs = [
  ['361', 'CCBC'],
  ['381', 'CCKM'],
  ['374', 'CCHN'],
  ['365', 'CCSS'],
  ['366', 'CCLG'],
  ['041', 'CCPH'],
  ['367', 'CCDI'],
  ['368', 'CCLO'],
  ['371', 'CCNH'],
  ['369', 'CCSU'],
  ['373', 'CCCJ'],
  ['364', 'CCKJ'],
  ['372', 'CCJB'],
  ['370', 'CCCT'],
  ['048', 'CCCU'],
] as const;

export const kiwoomCodes = createGatewayCodes({ banks: bankPairs, cards: cardPairs });

/** PAYMETHOD of a refund to an account: of transfers, and of virtual accounts that have their deposit. */
export const refundMethod = 'BANK';

/** KFTC's codes of the banks that such a refund goes to: three digits in its BANKCODE. Source: a reseller's guide. */
export const refundBanks: readonly string[] = '003 004 011 020 023 032 071 081 088'.split(' ');

/**
 * PAYMETHOD of a cancel. Some are not the ones of the payment: an account that waits is revoked with VACCOUNT-ISSUECAN.
 * There are two card services (CARD, CARDK) and two of telephones (MOBILE, PMOBILE); a merchant has one of each.
 */
const cancelMethods = {
  card: 'CARD',
  trans: refundMethod,
  vbank: refundMethod,
  phone: 'MOBILE',
  cultureland: 'CULTURE',
  booknlife: 'BOOKNLIFE',
  smartculture: 'GAMECARD',
} as const;
export const accountRevocation = 'VACCOUNT-ISSUECAN';

export function cancelMethodOf(
  payMethod: PayMethod,
  credentials: Readonly<Record<string, string>>,
): string | undefined {
  if (payMethod === 'card') return credentials.cardService ?? cancelMethods.card;
  if (payMethod === 'phone') return credentials.phoneService ?? cancelMethods.phone;
  return Object.hasOwn(cancelMethods, payMethod) ? cancelMethods[payMethod as keyof typeof cancelMethods] : undefined;
}
