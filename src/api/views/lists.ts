import { Type } from 'typebox';
import type { ListedReceipt } from '../../core/receipts/list-receipts.ts';
import type { BillingKeyRow } from '../../core/records/billing-key.ts';
import type { CertificationRow } from '../../core/records/certification.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { CustomerView, viewCustomer } from './customer.ts';
import { TextOrNull, UnixTime, WordOf } from './fields.ts';
import { ScheduleView } from './schedule.ts';

export const receiptStates = ['requested', 'issued', 'failed', 'revoked'] as const;
export const certificationStates = ['requested', 'waiting', 'confirming', 'certified', 'over'] as const;

const Next = { next: TextOrNull };

const ListedReceiptView = Type.Object({
  receipt_id: Type.String(),
  state: ChoiceField(receiptStates),
  imp_uid: TextOrNull,
  merchant_uid: Type.String(),
  pg_provider: Type.String(),
  type: WordOf<ListedReceipt['type']>(),
  currency: Type.String(),
  amount: Type.Number({ description: 'As it was issued.' }),
  revoked: Type.Number({ description: 'What has been taken off it.' }),
  vat: Type.Number(),
  apply_num: TextOrNull,
  receipt_url: TextOrNull,
  created_at: UnixTime,
  applied_at: UnixTime,
  cancelled_at: UnixTime,
});
export const ReceiptListView = Type.Object({ list: Type.Array(ListedReceiptView), ...Next });

const ListedBillingKeyView = Type.Object({
  ...CustomerView.properties,
  state: ChoiceField(['live', 'deleted']),
  deleted: UnixTime,
});
export const BillingKeyListView = Type.Object({ list: Type.Array(ListedBillingKeyView), ...Next });

export const ScheduleListPageView = Type.Object({ list: Type.Array(ScheduleView), ...Next });

const ListedCertificationView = Type.Object({
  imp_uid: Type.String(),
  merchant_uid: TextOrNull,
  pg_provider: Type.String(),
  method: WordOf<CertificationRow['method']>(),
  state: ChoiceField(certificationStates),
  created_at: UnixTime,
  certified_at: UnixTime,
});
export const CertificationListView = Type.Object({ list: Type.Array(ListedCertificationView), ...Next });

export type ListedReceiptAnswer = Answer<typeof ListedReceiptView>;
export type ListedBillingKeyAnswer = Answer<typeof ListedBillingKeyView>;
export type ListedCertificationAnswer = Answer<typeof ListedCertificationView>;
export type ReceiptListAnswer = Answer<typeof ReceiptListView>;
export type BillingKeyListAnswer = Answer<typeof BillingKeyListView>;
export type ScheduleListPageAnswer = Answer<typeof ScheduleListPageView>;
export type CertificationListAnswer = Answer<typeof CertificationListView>;

export function viewListedReceipt(receipt: ListedReceipt): ListedReceiptAnswer {
  const { currency } = receipt;
  return {
    receipt_id: String(receipt.id),
    state: receipt.state,
    imp_uid: receipt.imp_uid,
    merchant_uid: receipt.listed_merchant_uid,
    pg_provider: receipt.provider,
    type: receipt.type,
    currency,
    amount: amountNumber(receipt.amount_minor, currency),
    revoked: amountNumber(receipt.revoked_minor, currency),
    vat: amountNumber(receipt.vat_minor, currency),
    apply_num: receipt.apply_num,
    receipt_url: receipt.receipt_url,
    created_at: unixSeconds(receipt.created_at),
    applied_at: unixSeconds(receipt.applied_at),
    cancelled_at: unixSeconds(receipt.cancelled_at),
  };
}

export function viewListedBillingKey(row: BillingKeyRow): ListedBillingKeyAnswer {
  return {
    ...viewCustomer(row),
    state: row.gateway_key === null ? 'deleted' : 'live',
    deleted: unixSeconds(row.deleted_at),
  };
}

export function viewListedCertification(row: CertificationRow): ListedCertificationAnswer {
  return {
    imp_uid: row.imp_uid,
    merchant_uid: row.merchant_uid,
    pg_provider: row.provider,
    method: row.method,
    state: row.state,
    created_at: unixSeconds(row.created_at),
    certified_at: unixSeconds(row.certified_at),
  };
}
