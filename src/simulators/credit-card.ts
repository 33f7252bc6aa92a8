import { cardName } from '../platform/codes/cards.ts';
import type { ApprovedCard } from '../port/approval.ts';

/**
 * The card of a payment in a sandbox: a credit card whose issuer acquires its payments, too. `code` is the company's in
 * i'mport's table.
 */
export function creditCard(maskedNumber: string, code: string | null, installmentMonths = 0): ApprovedCard {
  const name = code === null ? null : (cardName(code) ?? null);
  return { maskedNumber, code, name, issuerCode: code, issuerName: name, installmentMonths, type: 0 };
}
