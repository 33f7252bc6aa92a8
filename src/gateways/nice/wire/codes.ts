import { cardName } from '../../../platform/codes/cards.ts';
import { type CodePairs, createGatewayCodes, withoutFirstZero } from '../../../port/codes.ts';

/**
 * NICE takes KFTC's three digits as they are. Listed are the banks of its own code table (nicepay-manual, common/code.md)
 * and those that PortOne's table of refund banks adds for NICE (039 to 092); securities firms are in neither.
 */
const banks =
  '002 003 004 005 007 008 011 012 020 023 026 027 031 032 034 035 037 039 045 048 050 071 081 088 089 090 092'.split(
    ' ',
  );
const bankPairs: CodePairs = banks.map((code) => [code, code]);

/** KFTC's codes of the banks at which NICE issues virtual accounts. */
export const virtualAccountBanks: readonly string[] = '003 004 005 011 020 023 031 032 034 071 081 088 089'.split(' ');

/**
 * i'mport's code of a card company and NICE's two digits, paired by the company. Both of NICE's codes for Hana are i'mport's
 * one. i'mport has none for 산은캐피탈 (24), OKCashBag (31), 저축은행 (33), and the points and money of wallets (39 to 42).
 */
const cardPairs: CodePairs = [
  ['361', '01'],
  ['381', '02'],
  ['365', '04'],
  ['366', '06'],
  ['367', '07'],
  ['368', '08'],
  ['370', '11'],
  ['371', '12'],
  ['369', '13'],
  ['048', '14'],
  ['041', '15'],
  ['374', '16'],
  ['364', '21'],
  ['372', '22'],
  ['373', '23'],
  ['10005', '25'],
  ['10004', '26'],
  ['10002', '27'],
  ['10003', '28'],
  ['10006', '29'],
  ['071', '32'],
  ['10001', '34'],
  ['045', '35'],
  ['002', '36'],
  ['090', '37'],
  ['089', '38'],
  ['374', '03'],
];

/** The same for the old and the new API: it is one company's table. */
export const niceCodes = createGatewayCodes({
  banks: bankPairs,
  merchantsBanks: withoutFirstZero(bankPairs),
  cards: cardPairs,
});

export function cardCompanyOf(niceCode: string | null): { readonly code: string | null; readonly name: string | null } {
  const code = (niceCode === null ? undefined : niceCodes.standardCardCode(niceCode)) ?? null;
  return { code, name: code === null ? null : (cardName(code) ?? null) };
}
