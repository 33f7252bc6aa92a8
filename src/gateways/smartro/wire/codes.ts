import { type CodePairs, createGatewayCodes, withoutFirstZero } from '../../../port/codes.ts';

/** Smartro uses KFTC's three digits as they are. Source: PortOne's table of bank codes per gateway. */
const bankPairs: CodePairs = '002 003 004 007 011 012 020 023 027 031 032 034 037 039 045 048 071 081 088 089 090 092'
  .split(' ')
  .map((code) => [code, code] as const);

/** Both modules. A table of Smartro's codes of card companies was not found, so that none is translated. */
export const smartroCodes = createGatewayCodes({
  banks: bankPairs,
  merchantsBanks: withoutFirstZero(bankPairs),
  cards: [],
});
