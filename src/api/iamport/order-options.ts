import { Type } from 'typebox';
import type { OperationDetails } from '../../core/records/operation.ts';
import { ChoiceField } from '../foundation/fields.ts';

const refusedWhereDropped = 'Refused where the gateway has no such thing (order_options of GET /capabilities).';

/** How a card is to be charged, as every operation that charges one takes it. */
export const optionFields = {
  card_quota: Type.Optional(Type.Integer({ minimum: 0, maximum: 60 })),
  interest_free_by_merchant: Type.Optional(Type.Boolean({ description: refusedWhereDropped })),
  use_card_point: Type.Optional(Type.Boolean({ description: refusedWhereDropped })),
  product_type: Type.Optional(
    ChoiceField(['real', 'digital'], { description: 'For KSNET; others do not ask. Default real.' }),
  ),
};

interface OptionParameters {
  readonly interest_free_by_merchant?: boolean;
  readonly use_card_point?: boolean;
  readonly product_type?: 'real' | 'digital';
}

export function optionDetails(body: OptionParameters): OperationDetails {
  return {
    ...(body.interest_free_by_merchant ? { interest_free_by_merchant: true } : {}),
    ...(body.use_card_point ? { use_card_point: true } : {}),
    ...(body.product_type ? { product_type: body.product_type } : {}),
  };
}
