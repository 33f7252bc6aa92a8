// if card
/** INVENTED: which company a card is of. */

import { maskCardNumber } from '../../../../../src/platform/codes/mask-card-number.ts';
import type { ApprovedCard } from '../../../../../src/port/approval.ts';
import { creditCard } from '../../../../../src/simulators/credit-card.ts';
import { codes } from '../wire/codes.ts';
import type { CardAnswer } from '../wire/payment.ts';

/** Every card is Shinhan's. Only what may be shown of its number is kept. */
export function cardOf(number: string, installmentMonths: number): ApprovedCard {
  return creditCard(maskCardNumber(number), '366', installmentMonths);
}

export function cardAnswerOf({ maskedNumber, code, installmentMonths }: ApprovedCard): CardAnswer {
  return { number: maskedNumber, company: codes.cardCode(code ?? '') ?? '', installmentMonths };
}
// end
