import Type from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { vatWithin } from '../../../platform/money/vat.ts';
import type { Book } from '../../../simulators/book.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { type BookPayment, paymentByTid } from '../../../simulators/payments.ts';
import { fieldIn, formOf, NaverRefusal } from './protocol.ts';

export const serviceSchema = `
create table if not exists naver_services (
  tid text primary key,
  mid text not null,
  is_escrow integer not null default 0,
  credited_at integer,
  confirmed_at integer
) strict;`;

/** `useConfirmOn`: the day on which what was bought will have been used (이용완료일). Such an order waits for its confirmation. */
const Terms = validatorOf(Type.Object({ useConfirmOn: Type.String({ pattern: '^[0-9]{8}$' }) }));

/** False: these are no terms of this window. */
export function noteTerms(
  book: Book,
  { mid, tid }: BookPayment,
  terms: Readonly<Record<string, unknown>> | null,
): boolean {
  if (terms !== null && !Terms.Check(terms)) return false;
  if (terms !== null) book.run('insert into naver_services (tid, mid, is_escrow) values (?, ?, 1)', tid, mid);
  return true;
}

/** POST …/v1/naverpoint-save. That it is done once per payment, and not for one that was cancelled, is inferred. */
export function creditPoints(context: SimulatorContext): unknown {
  const { tid } = existing(context);
  const credited = context.book.run(
    `insert into naver_services (tid, mid, credited_at) values (?, ?, ?)
     on conflict (tid) do update set credited_at = excluded.credited_at where credited_at is null`,
    tid,
    context.caller.mid,
    context.now.getTime(),
  );
  if (credited === 0) throw new NaverRefusal('SIMULATED_POINTS_CREDITED');
  return { paymentId: tid };
}

/** POST …/v1/purchase-confirm. `requester`: 1 the buyer, 2 the merchant. */
export function confirmPurchase(context: SimulatorContext): unknown {
  const { tid } = existing(context);
  if (!['1', '2'].includes(fieldIn(formOf(context.request), 'requester'))) throw new NaverRefusal('InvalidParameter');
  const order = context.book.get('select is_escrow, confirmed_at from naver_services where tid = ?', tid);
  if (!order?.is_escrow) throw new NaverRefusal('SIMULATED_NOT_CONFIRMABLE');
  if (order.confirmed_at !== null) throw new NaverRefusal('SIMULATED_CONFIRMED');
  context.book.run('update naver_services set confirmed_at = ? where tid = ?', context.now.getTime(), tid);
  return { paymentId: tid };
}

/** POST …/v1/receipt/cash-amount: what is left of what was paid with points and money. Cards give no cash receipts. */
export function cashAmount({ request, book, caller }: SimulatorContext): unknown {
  const payment = paymentByTid(book, caller.mid, fieldIn(formOf(request), 'paymentId'));
  if (!payment) throw new NaverRefusal('InvalidPaymentId');
  const isCash = payment.payMethod === 'point';
  const totalMinor = isCash ? payment.balanceMinor : 0n;
  const vatMinor = isCash ? vatWithin(totalMinor, payment.taxFreeBalanceMinor) : 0n;
  return {
    npointCashAmount: Number(totalMinor),
    primaryCashAmount: 0,
    totalCashAmount: Number(totalMinor),
    supplyCashAmount: Number(totalMinor - vatMinor),
    vatCashAmount: Number(vatMinor),
  };
}

function existing({ request, book, caller }: SimulatorContext): BookPayment {
  const payment = paymentByTid(book, caller.mid, fieldIn(formOf(request), 'paymentId'));
  if (!payment) throw new NaverRefusal('InvalidPaymentId');
  if (payment.status === 'cancelled') throw new NaverRefusal('AlreadyCanceled');
  return payment;
}
