import { type Book, text } from '../../../simulators/book.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import { orderStatuses, type PaycoOrderStatus } from '../wire/order-status.ts';
import { type PaycoBody, PaycoRefusal } from './protocol.ts';

export const orderStatusSchema = `
create table if not exists payco_orders (
  tid text primary key,
  mid text not null,
  status text not null
) strict;`;

/** The way of an order that is shipped. What PAYCO enforces is not public: an order goes forward on it only. */
const way: readonly PaycoOrderStatus[] = [
  'PAYED',
  'DELIVERY_READY',
  'DELIVERY_START',
  'DELIVERING',
  'DELIVERY_COMPLETE',
  'PURCHASE_DECISION',
];

/** POST /outseller/order/updateOrderProductStatus */
export function changeOrderStatus({ book, caller }: SimulatorContext, body: PaycoBody, payment: BookPayment): unknown {
  const wanted = body.text('orderProductStatus', 200);
  if (body.text('sellerOrderProductReferenceKey', 100) !== payment.orderId) {
    throw new PaycoRefusal('SIMULATED_WRONG_PRODUCTS');
  }
  const status = orderStatuses.find((each) => each === wanted);
  if (!status) throw new PaycoRefusal('SIMULATED_ORDER_STATUS', unknownStatusText(wanted));
  const now = statusOf(book, payment);
  if (status !== now && !mayFollow(now, status)) throw new PaycoRefusal('SIMULATED_STATUS_FORBIDDEN');
  book.run(
    `insert into payco_orders (tid, mid, status) values (?1, ?2, ?3) on conflict (tid) do update set status = ?3`,
    payment.tid,
    caller.mid,
    status,
  );
  return { orderNo: body.text('orderNo', 50), orderProductStatus: status };
}

/** An order that was refunded as a whole is cancelled, too. */
function statusOf(book: Book, payment: BookPayment): PaycoOrderStatus {
  if (payment.status === 'cancelled') return 'CANCELED';
  const row = book.get('select status from payco_orders where tid = ?', payment.tid);
  return row ? (text(row, 'status') as PaycoOrderStatus) : 'PAYED';
}

function mayFollow(now: PaycoOrderStatus, next: PaycoOrderStatus): boolean {
  const at = way.indexOf(now);
  if (at < 0 || now === 'PURCHASE_DECISION') return false;
  if (next === 'CANCELED') return true;
  const isShipped = at >= way.indexOf('DELIVERY_START');
  return way.indexOf(next) > at && (next !== 'PURCHASE_DECISION' || isShipped);
}

/** PAYCO's own words, seen in an answer of i'mport's. */
function unknownStatusText(given: string): string {
  return `파라미터 정보가 유효하지 않습니다. orderProductStatus field reject, expected OrderProductStatusType{${orderStatuses.join(',')}}, but [${given}]`;
}
