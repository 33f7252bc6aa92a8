import { type CodePairs, createGatewayCodes } from '../../../port/codes.ts';
import type { PayMethod } from '../../../port/payment.ts';

/** `BK` and the last two of KFTC's digits. Source: PortOne's table of bank codes per gateway. */
const bankPairs: CodePairs = '002 003 004 007 011 012 020 023 027 031 032 034 037 039 045 048 071 081 088 089 090 092'
  .split(' ')
  .map((kftc) => [kftc, `BK${kftc.slice(1)}`] as const);

/**
 * KCP's codes of card companies. Source: the list of KCP's developer site (refer/cardcode) as two public clients carry it;
 * they agree wherever both have a code. Codes of companies that i'mport's table does not have (해외 AMEX among them) are left
 * out.
 */
const cardPairs: CodePairs = [
  ['361', 'CCBC'],
  ['381', 'CCKM'],
  ['367', 'CCDI'],
  ['365', 'CCSS'],
  ['368', 'CCLO'],
  ['371', 'CCNH'],
  ['041', 'CCWR'],
  ['041', 'CCPH'],
  ['374', 'CCHN'],
  ['374', 'CCKE'],
  ['045', 'CCSM'],
  ['373', 'CCCJ'],
  ['364', 'CCKJ'],
  ['366', 'CCLG'],
  ['002', 'CCKD'],
  ['369', 'CCSU'],
  ['048', 'CCCU'],
  ['370', 'CCCT'],
  ['071', 'CCPB'],
  ['372', 'CCJB'],
  ['10001', 'CCUF'],
  ['10004', 'CMCF'],
  ['10005', 'CVSF'],
  ['10006', 'CJCF'],
];

export const kcpCodes = createGatewayCodes({ banks: bankPairs, cards: cardPairs });

/** `pay_type` of an inquiry. */
export const payTypes = { card: 'PACA', trans: 'PABK', phone: 'PAMC' } as const;
export type KcpPayMethod = keyof typeof payTypes;

/**
 * `pay_type` of a virtual account. A public client asks with it when it is told of a deposit; what KCP answers is known only as
 * far as that client reads it.
 */
export const accountPayType = 'PAVC';

export function isKcpPayMethod(payMethod: PayMethod): payMethod is KcpPayMethod {
  return Object.hasOwn(payTypes, payMethod);
}
