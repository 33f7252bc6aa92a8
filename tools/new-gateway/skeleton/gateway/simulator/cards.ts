// if card
/** INVENTED: which company a card is of. */

import { cardName } from '../../../../../src/platform/codes/cards.ts';
import { maskCardNumber } from '../../../../../src/platform/codes/mask-card-number.ts';
import type { ApprovedCard } from '../../../../../src/port/approval.ts';
import { codes } from '../wire/codes.ts';
import type { CardAnswer } from '../wire/payment.ts';

/** Every card is Shinhan's. Only what may be shown of its number is kept. */
export function cardOf(number: string, installmentMonths: number): ApprovedCard {
  const code = '366';
  const name = cardName(code) ?? null;
  const maskedNumber = maskCardNumber(number);
  return { maskedNumber, code, name, issuerCode: code, issuerName: name, installmentMonths, type: null };
}

export function cardAnswerOf({ maskedNumber, code, installmentMonths }: ApprovedCard): CardAnswer {
  return { number: maskedNumber, company: codes.cardCode(code ?? '') ?? '', installmentMonths };
}
// end
