import { type CodePairs, createGatewayCodes } from '../../../port/codes.ts';
import type { PayMethod } from '../../../port/payment.ts';

/**
 * Two characters each. Banks and acquirers are those of Welcome's code pages. Securities firms stand there under older
 * names; each is taken for the firm that bears KFTC's code today where there is one only (대우증권, LIG증권 and 솔로몬증권
 * are left out: their codes have gone to firms that stand in the list under another name, or to none).
 */
const bankPairs: CodePairs = [
  ['002', '02'],
  ['003', '03'],
  ['004', '04'],
  ['005', '05'],
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
  ['055', '55'],
  ['064', '64'],
  ['071', '71'],
  ['081', '81'],
  ['088', '88'],
  ['089', '89'],
  ['090', '90'],
  ['209', 'D1'],
  ['218', 'D2'],
  ['238', 'D3'],
  ['240', 'DH'],
  ['243', 'D4'],
  ['247', 'D5'],
  ['247', 'DN'],
  ['261', 'DI'],
  ['262', 'D6'],
  ['263', 'D7'],
  ['264', 'DJ'],
  ['265', 'DK'],
  ['266', 'D8'],
  ['267', 'D9'],
  ['269', 'DM'],
  ['270', 'DA'],
  ['278', 'DB'],
  ['279', 'DC'],
  ['280', 'DD'],
  ['287', 'DE'],
  ['290', 'DO'],
  ['291', 'DF'],
];

const cardPairs: CodePairs = [
  ['374', '17'],
  ['374', '01'],
  ['368', '03'],
  ['367', '04'],
  ['381', '06'],
  ['361', '11'],
  ['365', '12'],
  ['366', '14'],
  ['370', '15'],
  ['371', '16'],
  ['10005', '21'],
  ['10004', '22'],
  ['10006', '23'],
  ['10003', '24'],
  ['10002', '25'],
];

export const welcomeCodes = createGatewayCodes({ banks: bankPairs, cards: cardPairs });

/** Banks of virtual accounts, by KFTC's codes. Source: PortOne's table of bank codes per gateway. */
export const virtualAccountBanks: readonly string[] = '003 004 007 020 031 032 034 037 039 081 088 089'.split(' ');

/** Welcome's names of pay methods. */
export const payTypes: Readonly<Partial<Record<PayMethod, string>>> = {
  card: 'card',
  trans: 'bank',
  vbank: 'vbank',
  phone: 'hpp',
};

/** `type_msg` of a notice: a deposit, or one that was cancelled. */
export const messageTypes = { deposit: '0200', reversal: '0400' } as const;
