import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { type ClaimType, type ProductOrderStatus, refundedStatuses } from '../../../port/product-orders.ts';
import { type Book, integer, json, text, textOrNull, timeOrNull } from '../../../simulators/book.ts';
import { freshId } from '../../../simulators/fresh-id.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import type { SqlRow } from '../../../simulators/sqlite.ts';
import type { ProductOrderState } from '../wire/protocol.ts';
import type { OrderState } from './state.ts';

export const productOrderSchema = `
create table if not exists product_orders (
  id text primary key,
  mid text not null,
  order_id text not null,
  position integer not null,
  terms text not null,
  amount integer not null check (amount >= 0),
  tax_free integer not null check (tax_free between 0 and amount),
  delivery integer not null check (delivery >= 0),
  status text not null,
  claim_type text,
  claim_status text,
  place text not null,
  hold text not null,
  address text not null,
  refund_tid text,
  refund_amount integer,
  refund_tax_free integer,
  refund_reason text,
  refunded_at integer,
  unique (mid, order_id, position)
) strict;
create table if not exists product_reviews (
  id text primary key,
  mid text not null,
  product_order_id text not null unique,
  type text not null,
  written_at integer not null,
  review text not null
) strict;
create index if not exists product_reviews_written on product_reviews (mid, written_at);`;
export const productOrderTables = ['product_orders', 'product_reviews'] as const;

export type Address = ProductOrderState['shippingAddress'];

/** What was ordered, which never changes. */
export interface OrderTerms {
  readonly productId: string;
  readonly productName: string;
  readonly optionId: string;
  readonly optionName: string;
  readonly quantity: number;
  readonly orderer: ProductOrderState['orderer'];
  readonly shippingMemo: string | null;
  readonly shippingDue: number | null;
  readonly individualCode: string | null;
}

export interface NewProductOrder {
  readonly terms: OrderTerms;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly deliveryMinor: bigint;
  readonly address: Address;
}

export interface BookProductOrder extends NewProductOrder {
  readonly id: string;
  readonly mid: string;
  readonly orderId: string;
  readonly state: OrderState;
  readonly refund: {
    readonly cancelTid: string;
    readonly amountMinor: bigint;
    readonly taxFreeMinor: bigint;
    readonly reason: string;
    readonly refundedAt: Date;
  } | null;
}

/** Sixteen digits, the day first, as shops see them. */
function newId(book: Book, now: Date): string {
  const isUsed = (id: string) => book.get('select 1 from product_orders where id = ?', id) !== undefined;
  const make = () => seoulDigits(now).slice(0, 8) + String(randomInt(10 ** 8)).padStart(8, '0');
  let id = freshId(book, make);
  while (isUsed(id)) id = freshId(book, make);
  return id;
}

export function insertProductOrders(
  book: Book,
  payment: BookPayment,
  ordered: readonly NewProductOrder[],
  now: Date,
): void {
  for (const [position, each] of ordered.entries()) {
    book.run(
      `insert into product_orders (id, mid, order_id, position, terms, amount, tax_free, delivery, status, place, hold, address)
       values (?, ?, ?, ?, ?, ?, ?, ?, 'PAYED', 'NOT_YET', 'NOT_YET', ?)`,
      newId(book, now),
      payment.mid,
      payment.orderId,
      position,
      JSON.stringify(each.terms),
      each.amountMinor,
      each.taxFreeMinor,
      each.deliveryMinor,
      JSON.stringify(each.address),
    );
  }
}

/** Without a MID only where the caller is the control protocol. */
export function productOrderById(book: Book, mid: string | null, id: string): BookProductOrder | undefined {
  const row = book.get('select * from product_orders where id = ?1 and (?2 is null or mid = ?2)', id, mid);
  return row && productOrderOf(row);
}

export function productOrdersOf(book: Book, mid: string, orderId: string): BookProductOrder[] {
  return book
    .all('select * from product_orders where mid = ? and order_id = ? order by position', mid, orderId)
    .map(productOrderOf);
}

export function isRefunded({ state }: BookProductOrder): boolean {
  return refundedStatuses.has(state.status);
}

export function writeState(book: Book, id: string, state: OrderState): void {
  book.run(
    'update product_orders set status = ?, claim_type = ?, claim_status = ?, place = ?, hold = ? where id = ?',
    state.status,
    state.claim?.type ?? null,
    state.claim?.status ?? null,
    state.place,
    state.hold,
    id,
  );
}

export function writeAddress(book: Book, id: string, address: Address): void {
  book.run('update product_orders set address = ? where id = ?', JSON.stringify(address), id);
}

export function writeRefund(book: Book, id: string, refund: NonNullable<BookProductOrder['refund']>): void {
  book.run(
    `update product_orders set refund_tid = ?, refund_amount = ?, refund_tax_free = ?, refund_reason = ?, refunded_at = ?
     where id = ?`,
    refund.cancelTid,
    refund.amountMinor,
    refund.taxFreeMinor,
    refund.reason,
    refund.refundedAt.getTime(),
    id,
  );
}

export function productOrderState(order: BookProductOrder): ProductOrderState {
  const { terms, state, refund } = order;
  return {
    productOrderId: order.id,
    orderId: order.orderId,
    status: state.status,
    claimType: state.claim?.type ?? null,
    claimStatus: state.claim?.status ?? null,
    ...terms,
    amount: Number(order.amountMinor),
    taxFree: Number(order.taxFreeMinor),
    delivery: Number(order.deliveryMinor),
    shippingAddress: order.address,
    refund: refund && {
      cancelId: refund.cancelTid,
      amount: Number(refund.amountMinor),
      taxFree: Number(refund.taxFreeMinor),
      refundedAt: Math.floor(refund.refundedAt.getTime() / 1000),
      reason: refund.reason,
    },
  };
}

function productOrderOf(row: SqlRow): BookProductOrder {
  const claimType = textOrNull(row, 'claim_type') as ClaimType | null;
  const refundedAt = timeOrNull(row, 'refunded_at');
  return {
    id: text(row, 'id'),
    mid: text(row, 'mid'),
    orderId: text(row, 'order_id'),
    terms: json<OrderTerms>(row, 'terms'),
    amountMinor: integer(row, 'amount'),
    taxFreeMinor: integer(row, 'tax_free'),
    deliveryMinor: integer(row, 'delivery'),
    address: json<Address>(row, 'address'),
    state: {
      status: text(row, 'status') as ProductOrderStatus,
      claim: claimType && { type: claimType, status: text(row, 'claim_status') },
      place: text(row, 'place') as OrderState['place'],
      hold: text(row, 'hold') as OrderState['hold'],
    },
    refund: refundedAt && {
      cancelTid: text(row, 'refund_tid'),
      amountMinor: integer(row, 'refund_amount'),
      taxFreeMinor: integer(row, 'refund_tax_free'),
      reason: text(row, 'refund_reason'),
      refundedAt,
    },
  };
}
