import { Type } from 'typebox';
import type { Answer } from '../foundation/answer.ts';

/** What Paymentwall answers, as it answers it. */
export const DeliveryView = Type.Object({
  success: Type.Optional(Type.Integer({ description: '1 when Paymentwall has taken it.' })),
  error_code: Type.Optional(Type.Integer({ description: "Paymentwall's number of a refusal." })),
  error: Type.Optional(Type.String()),
  notices: Type.Optional(Type.Array(Type.String())),
});

export type DeliveryViewAnswer = Answer<typeof DeliveryView>;
