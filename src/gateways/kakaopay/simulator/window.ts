import { randomBytes } from 'node:crypto';
import { seoulLocal } from '../../../platform/clock/seoul-time.ts';
import { type Book, text } from '../../../simulators/book.ts';
import type { WindowAuthentication } from '../../../simulators/control.ts';
import type { ControlContext, SimulatorContext, WindowPayment } from '../../../simulators/definition.ts';
import { paymentByTid } from '../../../simulators/payments.ts';
import {
  type AgreedWindow,
  authenticationOf,
  keepAuthentication,
  useAuthentication,
} from '../../../simulators/window-authentications.ts';
import { vatWithin } from '../wire/vat.ts';
import { windowTokenOf } from '../wire/window-token.ts';
import { existing, newId, payInWindow, refuseUnfit } from './payments.ts';
import { type KakaoBody, KakaoRefusal } from './protocol.ts';
import { amounts, approvalView, orderView } from './view.ts';

/** The shop has opened the window (`ready`), and the buyer has agreed there: a TID, and a token that only the browser has. */
export function authenticateInWindow(payment: WindowPayment, context: ControlContext): WindowAuthentication {
  refuseUnfit(payment);
  const token = windowTokenOf({ tid: newId('T'), pgToken: randomBytes(10).toString('hex') });
  return keepAuthentication(payment, context, token);
}

/** POST /online/v1/payment/approve. `total_amount` is compared where it is said. Which codes say no is inferred. */
export function approve(context: SimulatorContext, body: KakaoBody): unknown {
  const { book, caller, now } = context;
  const tid = body.text('tid', 20) ?? '';
  if (paymentByTid(book, caller.mid, tid)) throw new KakaoRefusal('-785');
  const token = windowTokenOf({ tid, pgToken: body.text('pg_token', 100) ?? '' });
  const waiting = waitingOf(book, caller.mid, tid, now);
  if (!waiting) throw new KakaoRefusal('-721');
  const { agreed } = waiting;
  const isAgreed =
    waiting.token === token &&
    agreed.orderId === body.text('partner_order_id', 100) &&
    agreed.orderId === body.text('partner_user_id', 100);
  if (!isAgreed) throw new KakaoRefusal('SIM04');
  if ((body.amount('total_amount') ?? agreed.amountMinor) !== agreed.amountMinor) throw new KakaoRefusal('-722');
  const made = payInWindow(agreed, { ...context, mid: caller.mid }, { tid, userId: agreed.orderId });
  useAuthentication(book, token, now);
  return approvalView(book, made);
}

/** An order that the buyer has agreed to, and that has not been approved. */
function waitingOf(book: Book, mid: string, tid: string, now: Date) {
  const row = book.get(
    `select token from window_authentications where mid = ? and substr(token, 1, ?) = ? || '.' and used_at is null`,
    mid,
    tid.length + 1,
    tid,
  );
  const token = row && text(row, 'token');
  const found = token === undefined ? undefined : authenticationOf(book, mid, token, now);
  return token !== undefined && found ? { token, agreed: found.agreed } : undefined;
}

/** POST /online/v1/payment/order */
export function readOrder({ book, caller, now }: SimulatorContext, body: KakaoBody): unknown {
  const tid = body.text('tid', 20) ?? '';
  const waiting = waitingOf(book, caller.mid, tid, now);
  if (waiting) return waitingView(caller.mid, tid, waiting.agreed, now);
  return orderView(book, existing(book, caller.mid, body));
}

/** The answer to an order lookup before the approval: the buyer has identified himself. */
function waitingView(mid: string, tid: string, agreed: AgreedWindow, now: Date): Record<string, unknown> {
  const { amountMinor, taxFreeMinor, vatMinor } = agreed;
  return {
    tid,
    cid: mid,
    status: 'AUTH_PASSWORD',
    partner_order_id: agreed.orderId,
    partner_user_id: agreed.orderId,
    payment_method_type: agreed.payMethod === 'card' ? 'CARD' : 'MONEY',
    item_name: agreed.orderName,
    quantity: 1,
    amount: amounts(amountMinor, taxFreeMinor, vatMinor > 0n ? vatMinor : vatWithin(amountMinor - taxFreeMinor)),
    created_at: seoulLocal(now),
  };
}
