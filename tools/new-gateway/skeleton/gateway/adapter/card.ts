// if card
/** INVENTED: that a card's company comes as a code of the gateway's own, and whether it is a check card not at all. */

import { cardName } from '../../../../../src/platform/codes/cards.ts';
import type { ApprovedCard } from '../../../../../src/port/approval.ts';
import { codes } from '../wire/codes.ts';
import type { CardAnswer } from '../wire/payment.ts';

export function approvedCardOf({ number, company, installmentMonths }: CardAnswer): ApprovedCard {
  const code = codes.standardCardCode(company) ?? null;
  const name = code === null ? null : (cardName(code) ?? null);
  return { maskedNumber: number, code, name, issuerCode: code, issuerName: name, installmentMonths, type: null };
}
// end
