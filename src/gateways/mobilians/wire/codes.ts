import { banks } from '../../../platform/codes/banks.ts';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { PayMethod } from '../../../port/payment.ts';

/** `cash_code` of a pay method. */
export const cashCodes: Readonly<Partial<Record<PayMethod, string>>> = {
  phone: 'MC',
  card: 'CN',
  trans: 'RA',
  vbank: 'VA',
};

/** That the three digits of `bank_code` are KFTC's is inferred; the table of cards was not found. */
export const mobiliansCodes = createGatewayCodes({
  banks: [...banks.keys()].map((code) => [code, code] as const),
  cards: [],
});
