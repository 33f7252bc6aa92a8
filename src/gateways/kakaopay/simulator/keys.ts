import { seoulLocal } from '../../../platform/clock/seoul-time.ts';
import {
  type BookBillingKey,
  billingKeyOf,
  insertBillingKey,
  removeBillingKey,
} from '../../../simulators/billing-keys.ts';
import type {
  ControlContext,
  SimulatorContext,
  WindowKeyIssue,
  WindowKeyResult,
} from '../../../simulators/definition.ts';
import { insertPayment, listPayments, paymentByOrderId } from '../../../simulators/payments.ts';
import { vatWithin } from '../wire/vat.ts';
import { newId, payInWindow, refuseUnfit } from './payments.ts';
import { type KakaoBody, KakaoRefusal } from './protocol.ts';
import { chargeView } from './view.ts';

/** A wallet does not tell which card stands behind a key. */
const cardOfWallet = { maskedNumber: '', code: null, name: null, issuerCode: null, issuerName: null, type: null };

/**
 * The buyer registers in the window, and the shop gets the SID with the approval. An amount is the first payment, 0 registers
 * only (inferred).
 */
export function issueKeyInWindow(window: WindowKeyIssue, context: ControlContext): WindowKeyResult {
  const { book, mid, now } = context;
  const { orderId, customerId } = window;
  const sid = newId('S');
  const payment = window.amountMinor > 0n ? payInWindow(window, context, { sid, userId: customerId }) : null;
  if (!payment) refuseUnfit({ ...window, amountMinor: 1n });
  insertBillingKey(book, { key: sid, mid, orderId, boundTo: customerId, card: cardOfWallet, issuedAt: now });
  return {
    issued: {
      billingKey: { key: sid, boundTo: { partnerUserId: customerId } },
      gatewayTid: payment?.tid ?? null,
      issuedAt: now,
      card: null,
    },
    payment,
  };
}

/** POST /online/v1/payment/subscription */
export function chargeKey({ book, caller, now }: SimulatorContext, body: KakaoBody): unknown {
  const key = existing(book, caller.mid, body);
  if (key.removedAt !== null) throw new KakaoRefusal('SIM02');
  const orderId = body.text('partner_order_id', 100);
  const userId = body.text('partner_user_id', 100);
  const quantity = body.amount('quantity');
  const amountMinor = body.amount('total_amount');
  const taxFreeMinor = body.amount('tax_free_amount');
  const vatMinor = body.amount('vat_amount');
  const orderName = body.text('item_name', 100);
  if (!orderId || !quantity || !amountMinor || taxFreeMinor === null || taxFreeMinor > amountMinor) {
    throw new KakaoRefusal('-722');
  }
  if (vatMinor !== null && vatMinor > amountMinor - taxFreeMinor) throw new KakaoRefusal('-722');
  // A SID is one user's of the merchant's (inferred).
  if (userId !== key.boundTo) throw new KakaoRefusal('SIM01');
  // Nothing says that Kakao Pay looks at order numbers. This book can't hold two payments of one.
  if (paymentByOrderId(book, caller.mid, orderId)) throw new KakaoRefusal('-785');
  const payment = insertPayment(book, {
    mid: caller.mid,
    orderId,
    tid: newId('T'),
    orderName: orderName ?? '',
    payMethod: 'card',
    amountMinor,
    taxFreeMinor,
    vatMinor: vatMinor ?? vatWithin(amountMinor - taxFreeMinor),
    status: 'paid',
    requestedAt: now,
    detail: { aid: newId('A'), chargedSid: key.key, userId },
  });
  if (!payment) throw new KakaoRefusal('-785');
  return chargeView(book, payment, key.key);
}

/** POST /online/v1/payment/manage/subscription/inactive */
export function deleteKey({ book, caller, now }: SimulatorContext, body: KakaoBody): unknown {
  const key = existing(book, caller.mid, body);
  if (!removeBillingKey(book, key.key, now)) throw new KakaoRefusal('SIM02');
  return { ...keyView(book, { ...key, removedAt: now }), inactivated_at: seoulLocal(now) };
}

/** POST /online/v1/payment/manage/subscription/status */
export function readKey({ book, caller }: SimulatorContext, body: KakaoBody): unknown {
  const key = existing(book, caller.mid, body);
  return { ...keyView(book, key), payment_method_type: 'CARD' };
}

function existing(book: SimulatorContext['book'], mid: string, body: KakaoBody): BookBillingKey {
  const key = billingKeyOf(book, body.text('sid', 20) ?? '');
  if (key?.mid !== mid) throw new KakaoRefusal('SIM01');
  return key;
}

function keyView(book: SimulatorContext['book'], key: BookBillingKey): Record<string, unknown> {
  const last = listPayments(book, key.mid, null).findLast(
    ({ detail }) => detail.chargedSid === key.key || detail.sid === key.key,
  );
  return {
    cid: key.mid,
    sid: key.key,
    status: key.removedAt === null ? 'ACTIVE' : 'INACTIVE',
    created_at: seoulLocal(key.issuedAt),
    ...(last && { last_approved_at: seoulLocal(last.requestedAt) }),
  };
}
