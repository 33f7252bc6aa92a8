import { readTime, seoulTime } from '../../../platform/clock/seoul-time.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { cancelsOf, listPayments } from '../../../simulators/payments.ts';
import { methodNames, type TossPayMethod } from '../wire/codes.ts';
import { TossRefusal } from './protocol.ts';
import type { TossPaymentDetail } from './view.ts';

/**
 * GET /v1/transactions?startDate&endDate&startingAfter&limit: approvals and cancellations in the order in which they
 * happened. The fields of an entry are general knowledge of Toss's Transaction object.
 */
export function listTransactions(context: SimulatorContext): unknown {
  const { book, caller, request } = context;
  const startAt = readTime(withTime(request.query.get('startDate') ?? ''));
  const endAt = readTime(withTime(request.query.get('endDate') ?? ''));
  const limit = Number(request.query.get('limit') ?? 100);
  if (!startAt || !endAt || !(limit >= 1 && limit <= 5000)) throw new TossRefusal('INVALID_REQUEST');

  const transactions = listPayments(book, caller.mid, null)
    .filter((payment) => payment.paidAt !== null)
    .flatMap((payment) => {
      const shared = {
        mId: payment.mid,
        paymentKey: payment.tid,
        orderId: payment.orderId,
        method: methodNames[payment.payMethod as TossPayMethod],
        useEscrow: false,
        currency: payment.currency,
      };
      const approval = {
        ...shared,
        transactionKey: (payment.detail as unknown as TossPaymentDetail).lastTransactionKey,
        status: 'DONE',
        transactionAt: payment.paidAt ?? payment.requestedAt,
        amount: Number(payment.amountMinor),
      };
      const cancels = cancelsOf(book, payment.tid).map((cancel) => ({
        ...shared,
        transactionKey: cancel.cancelTid,
        status: cancel.balanceAfterMinor === 0n ? 'CANCELED' : 'PARTIAL_CANCELED',
        transactionAt: cancel.cancelledAt,
        amount: -Number(cancel.amountMinor),
      }));
      return [approval, ...cancels];
    })
    .filter(({ transactionAt }) => transactionAt >= startAt && transactionAt <= endAt)
    .sort((a, b) => a.transactionAt.getTime() - b.transactionAt.getTime());

  const after = request.query.get('startingAfter');
  const from = after === null ? 0 : transactions.findIndex(({ transactionKey }) => transactionKey === after) + 1;
  return transactions
    .slice(from, from + limit)
    .map((transaction) => ({ ...transaction, transactionAt: seoulTime(transaction.transactionAt) }));
}

function withTime(date: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(date) ? `${date}T00:00:00` : date;
}
