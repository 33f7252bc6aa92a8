import { createGatewayCodes } from '../../../port/codes.ts';
import type { PayMethod } from '../../../port/payment.ts';

/**
 * Two digits of a bank: KFTC's code without its first zero. Source: PortOne's table of bank codes per gateway. Codes of card
 * companies: the constants of the public package `inicisjs/inicis`; Welcome Payments, which descends from INICIS, prints the
 * same. 한미 (15) became 씨티, and 외환 (01) is a part of 하나 now: that one is only ever read.
 */
export const inicisCodes = createGatewayCodes({
  banks: [
    ['002', '02'],
    ['003', '03'],
    ['004', '04'],
    ['007', '07'],
    ['011', '11'],
    ['012', '12'],
    ['020', '20'],
    ['023', '23'],
    ['027', '27'],
    ['031', '31'],
    ['032', '32'],
    ['034', '34'],
    ['037', '37'],
    ['039', '39'],
    ['045', '45'],
    ['048', '48'],
    ['071', '71'],
    ['081', '81'],
    ['088', '88'],
    ['089', '89'],
    ['090', '90'],
    ['092', '92'],
  ],
  cards: [
    ['368', '03'],
    ['367', '04'],
    ['381', '06'],
    ['361', '11'],
    ['365', '12'],
    ['366', '14'],
    ['370', '15'],
    ['371', '16'],
    ['374', '17'],
    ['374', '01'],
    ['10005', '21'],
    ['10004', '22'],
    ['10006', '23'],
    ['10003', '24'],
    ['10002', '25'],
  ],
});

export type InicisPayMethod = 'card' | 'trans' | 'vbank' | 'phone';

/**
 * `paymethod` of an INIAPI v1 cancel; upper and lower case count. `Acct` is what INICIS's manual lists for transfers, as
 * four independent public clients carry it; one client sends `DirectBank`, the word of the payment window.
 */
export const cancelPaymethods: Readonly<Record<InicisPayMethod, string>> = {
  card: 'Card',
  trans: 'Acct',
  vbank: 'Vacct',
  phone: 'HPP',
};

/** `paymethod` in the answer to an inquiry: the words of the payment window. */
const windowPaymethods: Readonly<Record<InicisPayMethod, readonly string[]>> = {
  card: ['Card', 'VCard'],
  trans: ['DirectBank', 'iDirectBank'],
  vbank: ['VBank'],
  phone: ['HPP'],
};

export function windowPaymethodOf(payMethod: InicisPayMethod): string {
  return windowPaymethods[payMethod][0] ?? '';
}

/** `undefined` for a word that is not known; a v1 word is understood as well. */
export function payMethodOf(word: string): InicisPayMethod | undefined {
  return (Object.keys(windowPaymethods) as InicisPayMethod[]).find(
    (payMethod) => windowPaymethods[payMethod].includes(word) || cancelPaymethods[payMethod] === word,
  );
}

export function isInicisPayMethod(payMethod: PayMethod): payMethod is InicisPayMethod {
  return Object.hasOwn(cancelPaymethods, payMethod);
}
