import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayPayment, Lookup } from '../../../port/lookup.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { minorOf } from '../wire/money.ts';
import { paths } from '../wire/paths.ts';
import { linkedId, type PaypalCapture, type PaypalRefund, readCapture, readOrder } from '../wire/wire.ts';
import { cancelledOf } from './answers.ts';
import { openSession, type Session } from './session.ts';

export type Fetched =
  | {
      readonly kind: 'found';
      readonly capture: PaypalCapture;
      /** `null`: the capture names no order, which is where its refunds are listed. */
      readonly refunds: readonly PaypalRefund[] | null;
    }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly why: string };

/** A capture, and the refunds of it that its order lists. */
export async function fetchCapture(session: Session, captureId: string): Promise<Fetched> {
  const result = await session.get(paths.capture(captureId));
  if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
  if (result.status === 404) return { kind: 'not_found' };
  const capture = result.status === 200 ? readCapture(result.text) : undefined;
  if (capture?.id !== captureId) return unreadable(result.status);
  const orderId = capture.supplementary_data?.related_ids?.order_id ?? linkedId(capture.links, 'orders');
  if (orderId === undefined) return { kind: 'found', capture, refunds: null };
  const listed = await session.get(paths.order(orderId));
  if (listed.kind !== 'answered') return { kind: 'unknown', why: listed.why };
  const order = listed.status === 200 ? readOrder(listed.text) : undefined;
  const unit = order?.purchase_units.find(({ payments }) => payments?.captures?.some(({ id }) => id === captureId));
  if (order?.id !== orderId || !unit) return unreadable(listed.status);
  const refunds = unit.payments?.refunds ?? [];
  return {
    kind: 'found',
    capture,
    refunds: refunds.filter(({ links }) => (linkedId(links, 'captures') ?? captureId) === captureId),
  };
}

export async function lookUp(call: GatewayCall, reference: PaymentReference): Promise<Lookup> {
  const { gatewayTid } = reference;
  if (gatewayTid === null) return { kind: 'unknown', why: 'PayPal looks payments up by their capture' };
  const opened = await openSession(call);
  if ('outcome' in opened) return { kind: 'unknown', why: 'no access token' };
  const fetched = await fetchCapture(opened.session, gatewayTid);
  if (fetched.kind !== 'found') return fetched;
  const payment = gatewayPaymentOf(reference, fetched);
  return payment
    ? { kind: 'found', payment }
    : { kind: 'unknown', why: `the capture is ${fetched.capture.status.slice(0, 40)}` };
}

/** `undefined`: its state, an amount or what is left of it can't be told. */
function gatewayPaymentOf(
  { payMethod, currency }: PaymentReference,
  { capture, refunds }: Extract<Fetched, { kind: 'found' }>,
): GatewayPayment | undefined {
  const status = statuses[capture.status];
  const amountMinor = minorOf(capture.amount, currency);
  const paidAt = readTime(capture.create_time ?? '') ?? null;
  if (!status || amountMinor === undefined) return undefined;
  const cancels = refunds
    ?.filter((refund) => refund.status === 'COMPLETED' || refund.status === 'PENDING')
    .map((refund) => cancelledOf(refund, currency));
  const known = cancels?.filter((cancel) => cancel !== undefined);
  if (known?.length !== cancels?.length) return undefined;
  const balanceMinor = known
    ? known.reduce((left, cancel) => left - cancel.amountMinor, amountMinor)
    : { paid: amountMinor, cancelled: 0n, failed: 0n, partially_cancelled: undefined }[status];
  if (balanceMinor === undefined) return undefined;
  return {
    status,
    payMethod,
    amountMinor,
    balanceMinor,
    gatewayTid: capture.id,
    paidAt,
    approval: paidAt && {
      gatewayTid: capture.id,
      approvalNumber: null,
      approvedAt: paidAt,
      receiptUrl: null,
      card: null,
      bank: null,
    },
    virtualAccount: null,
    barcode: null,
    depositorName: null,
    cancels: known ?? null,
  };
}

const statuses: Readonly<Record<string, 'paid' | 'partially_cancelled' | 'cancelled' | 'failed' | undefined>> = {
  COMPLETED: 'paid',
  PARTIALLY_REFUNDED: 'partially_cancelled',
  REFUNDED: 'cancelled',
  DECLINED: 'failed',
  FAILED: 'failed',
};

function unreadable(status: number): Fetched {
  return { kind: 'unknown', why: `no readable answer (HTTP ${status})` };
}
