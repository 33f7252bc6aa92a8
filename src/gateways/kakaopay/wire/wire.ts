import Type, { type Static, type TSchema } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';

/**
 * Kakao Pay's answers, read strictly; only the fields that we rely on are named, and others are let through. Sources: the
 * documented fields, and answers that public clients show. One such answer has an action without `amount`.
 */
const Nullish = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Amounts = Type.Object({ total: Amount });
const Id = Type.String({ minLength: 1, maxLength: 100 });

const KakaoCancelMessage = Type.Object({
  aid: Id,
  tid: Id,
  cid: Id,
  status: Type.Enum(['PART_CANCEL_PAYMENT', 'CANCEL_PAYMENT']),
  partner_order_id: Type.String(),
  approved_cancel_amount: Amounts,
  cancel_available_amount: Amounts,
  canceled_at: Type.String(),
});
export type KakaoCancel = Static<typeof KakaoCancelMessage>;

const KakaoAction = Type.Object({
  aid: Id,
  approved_at: Type.String(),
  amount: Nullish(Amount),
  payment_action_type: Type.String(),
  payload: Nullish(Type.String()),
});
export type KakaoAction = Static<typeof KakaoAction>;

const KakaoOrderMessage = Type.Object({
  tid: Id,
  cid: Id,
  status: Type.String(),
  partner_order_id: Type.String(),
  payment_method_type: Nullish(Type.String()),
  amount: Amounts,
  cancel_available_amount: Nullish(Amounts),
  approved_at: Nullish(Type.String()),
  payment_action_details: Nullish(Type.Array(KakaoAction)),
});
export type KakaoOrder = Static<typeof KakaoOrderMessage>;

/** A payment by a key. Its TID is a new one, which nothing but this answer tells. */
const KakaoChargeMessage = Type.Object({
  aid: Id,
  tid: Id,
  cid: Id,
  sid: Id,
  partner_order_id: Type.String(),
  partner_user_id: Type.String(),
  amount: Amounts,
  approved_at: Type.String(),
});
export type KakaoCharge = Static<typeof KakaoChargeMessage>;

/** A payment that was agreed on in the window. `card_info` is there when a card has paid; its fields are those that public clients read. */
const KakaoApprovalMessage = Type.Object({
  tid: Id,
  cid: Id,
  partner_order_id: Type.String(),
  amount: Amounts,
  card_info: Nullish(
    Type.Object({
      kakaopay_issuer_corp: Nullish(Type.String()),
      kakaopay_purchase_corp: Nullish(Type.String()),
      bin: Nullish(Type.String({ pattern: '^[0-9]{0,8}$' })),
      card_type: Nullish(Type.String()),
      install_month: Nullish(Type.String({ pattern: '^[0-9]{0,2}$' })),
      approved_id: Nullish(Type.String()),
    }),
  ),
  approved_at: Type.String(),
});
export type KakaoApproval = Static<typeof KakaoApprovalMessage>;

/** A key, as its deletion and its status show it. */
const KakaoKeyMessage = Type.Object({
  cid: Id,
  sid: Id,
  status: Type.Enum(['ACTIVE', 'INACTIVE']),
  inactivated_at: Nullish(Type.String()),
});
export type KakaoKey = Static<typeof KakaoKeyMessage>;

const KakaoErrorMessage = Type.Object({
  error_code: Type.Union([Type.Integer(), Type.String({ minLength: 1, maxLength: 100 })]),
  error_message: Nullish(Type.String()),
  extras: Nullish(
    Type.Object({ method_result_code: Nullish(Type.String()), method_result_message: Nullish(Type.String()) }),
  ),
});
export type KakaoErrorMessage = Static<typeof KakaoErrorMessage>;

const cancel = validatorOf(KakaoCancelMessage);
const order = validatorOf(KakaoOrderMessage);
const charge = validatorOf(KakaoChargeMessage);
const approval = validatorOf(KakaoApprovalMessage);
const key = validatorOf(KakaoKeyMessage);
const error = validatorOf(KakaoErrorMessage);

export function readCancel(text: string): KakaoCancel | undefined {
  const value = readJson(text);
  return cancel.Check(value) ? value : undefined;
}

export function readOrder(text: string): KakaoOrder | undefined {
  const value = readJson(text);
  return order.Check(value) ? value : undefined;
}

export function readCharge(text: string): KakaoCharge | undefined {
  const value = readJson(text);
  return charge.Check(value) ? value : undefined;
}

export function readApproval(text: string): KakaoApproval | undefined {
  const value = readJson(text);
  return approval.Check(value) ? value : undefined;
}

export function readKey(text: string): KakaoKey | undefined {
  const value = readJson(text);
  return key.Check(value) ? value : undefined;
}

export function readError(text: string): KakaoErrorMessage | undefined {
  const value = readJson(text);
  return error.Check(value) ? value : undefined;
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
