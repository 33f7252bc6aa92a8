import { Type } from 'typebox';
import type { PaymentStatus } from '../../core/records/payment.ts';
import type { Answer } from '../foundation/answer.ts';
import { WordOf } from './fields.ts';

/** A payment as a seed wanted it. */
export const SeededPaymentView = Type.Object({
  imp_key: Type.String(),
  merchant_uid: Type.String(),
  imp_uid: Type.String(),
  status: WordOf<PaymentStatus>(),
  changed: Type.Boolean({ description: 'false: it was as the seed wants it, or further.' }),
});

export const SeededView = Type.Object({ payments: Type.Array(SeededPaymentView) });

export type SeededPaymentAnswer = Answer<typeof SeededPaymentView>;
export type SeededAnswer = Answer<typeof SeededView>;
