import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { WindowApproval, WindowResult } from '../../../port/window.ts';
import { withKeysOfWindow } from '../../stand-in/adapter/window-approval.ts';
import { minorOf } from '../wire/money.ts';
import { paths } from '../wire/paths.ts';
import { type PaypalOrder, readOrder } from '../wire/wire.ts';
import { refusalOf } from './answers.ts';
import { openSession } from './session.ts';

/** May be so because the order was captured before. */
const ofEarlier: readonly string[] = ['ORDER_ALREADY_CAPTURED', 'DUPLICATE_INVOICE_ID'];

/**
 * POST /v2/checkout/orders/{id}/capture of the order that the browser brought back. PayPal captures an order once, whatever the
 * request's id is, so that the order tells what became of a lost answer, and a repeat pays nothing twice.
 */
export const paypalWindowApproval = withKeysOfWindow({
  async send(call, request) {
    const opened = await openSession(call);
    if ('outcome' in opened) return opened.outcome;
    const headers = { 'paypal-request-id': call.idempotencyKey, prefer: 'return=representation' };
    const result = await opened.session.post(paths.captureOrder(request.token), {}, headers);
    if (result.kind === 'never_sent') return result;
    if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
    if (result.status !== 200 && result.status !== 201) return unlessEarlier(refusalOf(call, result));
    const order = readOrder(result.text);
    return (order && captured(order, request)) ?? { kind: 'unclear', why: 'the answer is not the one to this request' };
  },

  async inquire(call, asked) {
    const opened = await openSession(call);
    if ('outcome' in opened) return { kind: 'unknown', why: 'no access token' };
    const result = await opened.session.get(paths.order(asked.token));
    if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
    const order = result.status === 200 ? readOrder(result.text) : undefined;
    if (order?.id !== asked.token) return { kind: 'unknown', why: `no readable answer (HTTP ${result.status})` };
    if (['CREATED', 'SAVED', 'APPROVED', 'PAYER_ACTION_REQUIRED'].includes(order.status ?? '')) {
      return { kind: 'not_done', repeatIsSafe: true };
    }
    const outcome = captured(order, { ...asked, amountMinor: asked.paymentAmountMinor });
    if (outcome?.kind === 'confirmed') return { kind: 'done', result: outcome.result };
    return outcome ?? { kind: 'unknown', why: `the order is ${order.status?.slice(0, 40)}` };
  },
});

/** What came of an order's capture; `undefined`: it is another's, is pending, or was refunded, too. */
function captured(
  order: PaypalOrder,
  { token, orderId, amountMinor, currency }: Pick<WindowApproval, 'token' | 'orderId' | 'amountMinor' | 'currency'>,
): Extract<Outcome<WindowResult>, { kind: 'confirmed' | 'refused' }> | undefined {
  const [unit, ...moreUnits] = order.purchase_units;
  const [capture, ...moreCaptures] = unit?.payments?.captures ?? [];
  if (order.id !== token || !capture || moreUnits.length + moreCaptures.length > 0) return undefined;
  const approvedAt = readTime(capture.create_time ?? '');
  const isOurs =
    (capture.invoice_id ?? unit?.invoice_id) === orderId &&
    capture.amount !== undefined &&
    minorOf(capture.amount, currency) === amountMinor;
  if (!isOurs) return undefined;
  const { id: gatewayTid, status = '' } = capture;
  if (status === 'DECLINED' || status === 'FAILED') {
    return { kind: 'refused', code: status, message: '결제가 승인되지 않았습니다.', category: 'other' };
  }
  if (status !== 'COMPLETED' || !approvedAt) return undefined;
  const approval = { gatewayTid, approvalNumber: null, approvedAt, receiptUrl: null, card: null, bank: null };
  return { kind: 'confirmed', result: { gatewayTid, receiptUrl: null, approval, virtualAccount: null, key: null } };
}

function unlessEarlier(outcome: Outcome<never>): Outcome<never> {
  if (outcome.kind !== 'refused' || !ofEarlier.includes(outcome.code)) return outcome;
  const { code, message } = outcome;
  return { kind: 'unclear', why: `it may have been captured before (${code})`, code, message };
}
