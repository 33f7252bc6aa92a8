import { Type } from 'typebox';
import { readCardExpiry, readCardNumber } from '../../core/payments/card.ts';
import { withoutSeparators } from '../../platform/separators.ts';
import type { CardData } from '../../port/approval.ts';
import { DigitsField } from '../foundation/fields.ts';

/** A card as it is typed, as every operation that takes one has it. */
export const cardFields = {
  card_number: DigitsField({ digitsMax: 24, description: '15 or 16 digits; hyphens and blanks do not count.' }),
  expiry: DigitsField({ digitsMax: 10, description: 'YYYY-MM.' }),
  birth: Type.Optional(DigitsField({ digitsMax: 10, description: 'YYMMDD, or a business number of ten digits.' })),
  pwd_2digit: Type.Optional(DigitsField({ digitsMax: 2 })),
  cvc: Type.Optional(
    DigitsField({ digitsMax: 4, description: 'JTNet takes it; no other gateway of this version asks for it.' }),
  ),
};

interface CardParameters {
  readonly card_number: string;
  readonly expiry: string;
  readonly birth?: string;
  readonly pwd_2digit?: string;
  readonly cvc?: string;
}

/** Throws a refusal for what is no card. */
export function readCard(body: CardParameters): CardData {
  return {
    number: readCardNumber(body.card_number),
    ...readCardExpiry(body.expiry),
    birthOrBusinessNumber: digitsOf(body.birth),
    passwordFirstTwo: digitsOf(body.pwd_2digit),
    cvc: digitsOf(body.cvc),
  };
}

function digitsOf(written: string | undefined): string | null {
  return withoutSeparators(written ?? '') || null;
}
