import { Type } from 'typebox';
import { TelephoneField } from '../foundation/fields.ts';

/** Of `custom_data`, which every operation that makes a payment takes as well. */
export const customDataText = 'Any text, kept as it is. An object or a list is kept as its JSON text.';

/** The order's name and the buyer, as every operation that makes a payment takes them. */
export const buyerFields = {
  name: Type.Optional(Type.String({ maxLength: 40 })),
  buyer_name: Type.Optional(Type.String({ maxLength: 16 })),
  buyer_email: Type.Optional(Type.String({ maxLength: 64 })),
  buyer_tel: Type.Optional(TelephoneField({ maxLength: 16 })),
  buyer_addr: Type.Optional(Type.String({ maxLength: 128 })),
  buyer_postcode: Type.Optional(Type.String({ maxLength: 8 })),
};

interface BuyerParameters {
  readonly name?: string;
  readonly buyer_name?: string;
  readonly buyer_email?: string;
  readonly buyer_tel?: string;
  readonly buyer_addr?: string;
  readonly buyer_postcode?: string;
}

/** What was sent empty is kept empty, and what was not sent is null: the real server echoes the difference. */
export function buyerColumns(body: BuyerParameters) {
  return {
    name: body.name ?? null,
    buyer_name: body.buyer_name ?? null,
    buyer_email: body.buyer_email ?? null,
    buyer_tel: body.buyer_tel ?? null,
    buyer_addr: body.buyer_addr ?? null,
    buyer_postcode: body.buyer_postcode ?? null,
  };
}
