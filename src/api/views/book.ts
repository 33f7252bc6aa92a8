import { Type } from 'typebox';
import type { Answer } from '../foundation/answer.ts';
import { TextOrNull } from './fields.ts';

const BookTransactionView = Type.Object({
  imp_uid: Type.String(),
  pg_tid: Type.String(),
  amount: Type.Number(),
  cancelled_amount: Type.Number(),
  status: Type.String(),
  cancels: Type.Array(Type.Object({ id: Type.String(), amount: Type.Number(), at: Type.Integer() })),
});

const BookReceiptView = Type.Object({
  receipt_tid: Type.String(),
  imp_uid: Type.String(),
  amount: Type.Number(),
  balance: Type.Number(),
  status: Type.String(),
});

const BookCertificationView = Type.Object({
  imp_uid: Type.String(),
  pg_tid: Type.String(),
  tries: Type.Integer({ description: 'Wrong codes.' }),
  is_certified: Type.Boolean(),
});

const BookEscrowView = Type.Object({
  imp_uid: Type.String(),
  status: TextOrNull,
  company: TextOrNull,
  invoice: TextOrNull,
  denied_reason: TextOrNull,
});

const BookBillingKeyView = Type.Object({
  reference: Type.String({
    description: 'How the gateway knows the registration: by an order, or (Toss Payments) by its customer_id.',
  }),
  card_number: Type.String({ description: 'Masked. The key itself is not shown.' }),
  is_removed: Type.Boolean(),
});

/** A gateway's own book. Ours has no part in it. */
export const BookView = Type.Object({
  transactions: Type.Array(BookTransactionView),
  receipts: Type.Array(BookReceiptView),
  certifications: Type.Array(BookCertificationView),
  escrows: Type.Array(BookEscrowView),
  billing_keys: Type.Array(BookBillingKeyView),
});

export type BookAnswer = Answer<typeof BookView>;
