import { type CodePairs, createGatewayCodes, withoutFirstZero } from '../../../port/codes.ts';

/** Danal uses KFTC's codes as they are. The banks are those that PortOne's table lists for it. */
const bankPairs: CodePairs =
  '002 003 004 007 011 012 020 023 027 031 032 034 035 037 039 045 048 071 081 088 089 090 092'
    .split(' ')
    .map((code) => [code, code]);

/**
 * Danal's four digits of card companies. Paired with i'mport's table by name: the banks that issue cards of BC (0201 to
 * 0210) are BC there, and 구외환 is 하나. i'mport has no code for savings banks, 산림조합, 증권 and the wallets.
 */
const cardPairs: CodePairs = [
  ['366', '0100'],
  ['361', '0200'],
  ['361', '0201'],
  ['361', '0202'],
  ['361', '0203'],
  ['361', '0204'],
  ['361', '0205'],
  ['361', '0206'],
  ['361', '0207'],
  ['361', '0208'],
  ['361', '0209'],
  ['361', '0210'],
  ['381', '0300'],
  ['367', '0400'],
  ['365', '0500'],
  ['374', '0600'],
  ['374', '0601'],
  ['368', '0700'],
  ['368', '0701'],
  ['371', '0800'],
  ['370', '0906'],
  ['041', '0907'],
  ['364', '0908'],
  ['372', '0909'],
  ['373', '0910'],
  ['369', '0911'],
  ['048', '0912'],
  ['045', '0913'],
  ['071', '0914'],
  ['002', '0916'],
  ['089', '0921'],
  ['090', '0922'],
  ['10001', '0928'],
  ['10001', '0930'],
];

export const danalCodes = createGatewayCodes({
  banks: bankPairs,
  merchantsBanks: withoutFirstZero(bankPairs),
  cards: cardPairs,
});
