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

/** A gateway's own book. Ours has no part in it. */
export const BookView = Type.Object({
  transactions: Type.Array(BookTransactionView),
  receipts: Type.Array(BookReceiptView),
  certifications: Type.Array(BookCertificationView),
  escrows: Type.Array(BookEscrowView),
});

export type BookAnswer = Answer<typeof BookView>;
