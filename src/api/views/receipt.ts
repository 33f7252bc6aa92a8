import { Type } from 'typebox';
import type { ExternalReceipt, ReceiptRow } from '../../core/records/receipt.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { Answer } from '../foundation/answer.ts';
import { TextOrNull, WordOf } from './fields.ts';

const receiptFields = {
  receipt_tid: TextOrNull,
  apply_num: Type.String({ description: 'Approval number of the tax service.' }),
  type: WordOf<ReceiptRow['type']>({ description: '`person` or `company`.' }),
  amount: Type.Integer({ description: 'What the receipt stands at; the full amount once it is revoked.' }),
  vat: Type.Integer(),
  receipt_url: TextOrNull,
  applied_at: Type.Integer({ description: 'Seconds since 1970.' }),
  cancelled_at: Type.Integer({ description: 'Seconds since 1970; 0 when it stands.' }),
};

/** The cash receipt of a payment. */
export const ReceiptView = Type.Object({ imp_uid: Type.String(), ...receiptFields });

/** A cash receipt for cash that was taken elsewhere: it has the merchant's own number. */
export const ExternalReceiptView = Type.Object({ merchant_uid: Type.String(), ...receiptFields });

export type ReceiptAnswer = Answer<typeof ReceiptView>;

export function viewReceipt(receipt: ReceiptRow, impUid: string): ReceiptAnswer {
  return { imp_uid: impUid, ...fieldsOf(receipt) };
}

export function viewExternalReceipt(receipt: ExternalReceipt): Answer<typeof ExternalReceiptView> {
  return { merchant_uid: receipt.merchant_uid, ...fieldsOf(receipt) };
}

function fieldsOf(receipt: ReceiptRow): Omit<ReceiptAnswer, 'imp_uid'> {
  const whole = receipt.state === 'revoked';
  const amount = whole ? receipt.amount_minor : receipt.amount_minor - receipt.revoked_minor;
  // After a part was taken off, the VAT is that part's share less.
  const vat = whole ? receipt.vat_minor : (receipt.vat_minor * amount) / receipt.amount_minor;
  return {
    receipt_tid: receipt.receipt_tid,
    apply_num: receipt.apply_num ?? '',
    type: receipt.type,
    amount: amountNumber(amount, receipt.currency),
    vat: amountNumber(vat, receipt.currency),
    receipt_url: receipt.receipt_url,
    applied_at: unixSeconds(receipt.applied_at),
    cancelled_at: unixSeconds(receipt.cancelled_at),
  };
}
