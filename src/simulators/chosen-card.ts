import { cardName } from '../platform/codes/cards.ts';
import type { ApprovedCard } from '../port/approval.ts';
import type { GatewayCodes } from '../port/codes.ts';
import { creditCard } from './credit-card.ts';
import type { WindowPayment } from './definition.ts';

/** What is wrong with a choice: no code of the gateway's for the company, or months that nobody splits a payment into. */
export type CardChoiceProblem = 'company' | 'months';

export interface CardChoiceRules {
  /** Where the gateway's codes of card companies are public: it takes those that it has a code for. */
  readonly codes?: Pick<GatewayCodes, 'cardCode'>;
  /** Twelve where nothing is said. */
  readonly monthsMax?: number;
  /** The gateway's own words. */
  refusal(problem: CardChoiceProblem): Error;
}

/** Card companies split nothing less. Documented by Toss Payments; that the other gateways' windows offer nothing else is inferred. */
const splitFromMinor = 50_000n;
const monthsMaxUsual = 12;

/**
 * The card that the buyer has chosen in the window, or the `usual` one of this simulator's window: the number is the same, whosever
 * the card is.
 */
export function chosenCard(
  { card, amountMinor, currency }: Pick<WindowPayment, 'card' | 'amountMinor' | 'currency'>,
  usual: ApprovedCard,
  { codes, monthsMax = monthsMaxUsual, refusal }: CardChoiceRules,
): ApprovedCard {
  if (card === null) return usual;
  const { code, installmentMonths } = card;
  const isKnown = code === null || (codes ? codes.cardCode(code) : cardName(code)) !== undefined;
  if (!isKnown) throw refusal('company');
  const isSplit = installmentMonths >= 2 && installmentMonths <= monthsMax;
  if (installmentMonths !== 0 && !(isSplit && currency === 'KRW' && amountMinor >= splitFromMinor)) {
    throw refusal('months');
  }
  return creditCard(usual.maskedNumber, code ?? usual.code, installmentMonths);
}

/** The same of a wallet, which has shown no card unless one was chosen. */
export function chosenCardOfWallet(
  payment: Pick<WindowPayment, 'card' | 'payMethod' | 'amountMinor' | 'currency'>,
  rules: CardChoiceRules,
): ApprovedCard | null {
  if (payment.payMethod !== 'card' || payment.card === null) return null;
  return chosenCard(payment, creditCard('941000******1234', null), rules);
}
