import Type from 'typebox';
import { seoulLocal } from '../../../platform/clock/seoul-time.ts';
import { validatorOf } from '../../../platform/json/validator.ts';
import { readJson } from '../../answers/read-json.ts';

/** `2017/01/15 15:04:55 +0900`: with its offset, so that any would do. Source: "Delivery Confirmation". */
export function deliveryTime(time: Date): string {
  return `${seoulLocal(time).replaceAll('-', '/').replace('T', ' ')} +0900`;
}

/** The two answers that the documentation shows. */
const TakenMessage = Type.Object({ success: Type.Literal(1) });
const RefusedMessage = Type.Object({
  error_code: Type.Integer(),
  error: Type.String({ minLength: 1 }),
  notices: Type.Optional(Type.Array(Type.String())),
});

const taken = validatorOf(TakenMessage);
const refused = validatorOf(RefusedMessage);

export type DeliveryAnswer =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string; readonly notices: readonly string[] };

/** `undefined`: it is neither, or both. */
export function readDeliveryAnswer(text: string): DeliveryAnswer | undefined {
  const value = readJson(text);
  const isTaken = taken.Check(value);
  if (!refused.Check(value)) return isTaken ? { kind: 'taken' } : undefined;
  if (isTaken) return undefined;
  const { error_code: code, error: message, notices = [] } = value;
  return { kind: 'refused', code, message, notices };
}
