import { type Static, Type } from 'typebox';
import type { CancelRequest } from '../../core/cancellation/request.ts';
import { withoutSeparators } from '../../platform/separators.ts';
import { AmountField, ChoiceField, DigitsField } from '../foundation/fields.ts';
import { BankCodeField } from './bank-code.ts';

/** A request to cancel a payment, as it is sent, or as a member asks another one for it. */
export const CancelBody = Type.Object({
  imp_uid: Type.Optional(Type.String({ maxLength: 32, description: 'Wins over merchant_uid.' })),
  merchant_uid: Type.Optional(Type.String({ maxLength: 40 })),
  amount: Type.Optional(AmountField({ description: 'Absent, null or 0: all that remains.' })),
  tax_free: Type.Optional(AmountField({ description: 'The tax-free part of amount.' })),
  vat_amount: Type.Optional(AmountField({ description: 'The VAT within amount.' })),
  checksum: Type.Optional(
    AmountField({ description: 'What you believe can still be cancelled; otherwise nothing happens.' }),
  ),
  reason: Type.Optional(Type.String({ maxLength: 256 })),
  refund_holder: Type.Optional(Type.String({ maxLength: 16 })),
  refund_bank: Type.Optional(BankCodeField),
  refund_account: Type.Optional(
    DigitsField({ digitsMax: 16, description: 'At most 16 digits, with hyphens or without.' }),
  ),
  refund_tel: Type.Optional(DigitsField({ digitsMax: 16 })),
  retain_promotion: Type.Optional(Type.Boolean()),
  enable_webhook: Type.Optional(Type.Boolean()),
  escrow_confirmed: Type.Optional(
    Type.Boolean({
      description: 'The buyer of an escrow payment has taken the goods, and it is cancelled all the same.',
    }),
  ),
  extra: Type.Optional(Type.Object({ requester: Type.Optional(ChoiceField(['customer', 'admin'])) })),
});

export function cancelRequestOf(body: Static<typeof CancelBody>): CancelRequest {
  return {
    impUid: body.imp_uid,
    merchantUid: body.merchant_uid,
    amount: body.amount,
    checksum: body.checksum,
    taxFree: body.tax_free,
    vatAmount: body.vat_amount,
    reason: body.reason,
    refundHolder: body.refund_holder,
    refundBank: body.refund_bank,
    refundAccount: body.refund_account,
    refundTel: body.refund_tel === undefined ? undefined : withoutSeparators(body.refund_tel),
    details: {
      ...(body.enable_webhook === undefined ? {} : { enable_webhook: body.enable_webhook }),
      ...(body.retain_promotion === undefined ? {} : { retain_promotion: body.retain_promotion }),
      ...(body.escrow_confirmed === undefined ? {} : { escrow_confirmed: body.escrow_confirmed }),
      ...(body.extra?.requester === undefined ? {} : { requester: body.extra.requester }),
    },
  };
}
