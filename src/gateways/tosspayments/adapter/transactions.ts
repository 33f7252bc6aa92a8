import Type, { type Static } from 'typebox';
import { readTime, seoulLocal } from '../../../platform/clock/seoul-time.ts';
import { validatorOf } from '../../../platform/json/validator.ts';
import { isKnownCurrency, readAmount } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayTransaction, TransactionList, TransactionQuestion } from '../../../port/lookup.ts';
import { send } from './requests.ts';

/**
 * GET /v1/transactions?startDate&endDate&startingAfter&limit, oldest first. The fields are general knowledge of Toss's
 * Transaction object. Whether a cancellation's amount is negative is not settled by a source, so both are taken.
 */
const TossTransaction = Type.Object({
  transactionKey: Type.String({ minLength: 1, maxLength: 200 }),
  paymentKey: Type.String({ minLength: 1, maxLength: 200 }),
  orderId: Type.String({ minLength: 1 }),
  status: Type.String(),
  transactionAt: Type.String(),
  currency: Type.String(),
  amount: Type.Number(),
});
type TossTransaction = Static<typeof TossTransaction>;
const transactionList = validatorOf(Type.Array(TossTransaction));

const pageMax = 1000;
const types = { DONE: 'payment', CANCELED: 'cancellation', PARTIAL_CANCELED: 'cancellation' } as const;

export async function listTossTransactions(call: GatewayCall, asked: TransactionQuestion): Promise<TransactionList> {
  const query = new URLSearchParams({
    startDate: seoulLocal(asked.from),
    endDate: seoulLocal(new Date(asked.until.getTime() - 1)),
    limit: String(pageMax),
    ...(asked.after === null ? {} : { startingAfter: asked.after }),
  });
  const result = await send(call, 'GET', `/v1/transactions?${query}`, null);
  if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
  const list = result.status === 200 ? readList(result.text) : undefined;
  if (!list) return { kind: 'unknown', why: `no readable answer (HTTP ${result.status})` };
  const transactions: GatewayTransaction[] = [];
  for (const entry of list) {
    // An account that waits for its deposit, or has expired, is listed as well; no money has moved.
    if (!Object.hasOwn(types, entry.status)) continue;
    const transaction = transactionOf(entry);
    if (!transaction) return { kind: 'unknown', why: `the transaction ${entry.transactionKey} can not be read` };
    transactions.push(transaction);
  }
  const last = list.at(-1)?.transactionKey ?? null;
  return { kind: 'listed', transactions, next: list.length < pageMax ? null : last };
}

function transactionOf(entry: TossTransaction): GatewayTransaction | undefined {
  const type = types[entry.status as keyof typeof types];
  const at = readTime(entry.transactionAt);
  const amount = isKnownCurrency(entry.currency) ? readAmount(Math.abs(entry.amount), entry.currency) : undefined;
  if (!at || !amount?.ok) return undefined;
  return {
    type,
    gatewayTid: type === 'payment' ? entry.paymentKey : entry.transactionKey,
    orderId: entry.orderId,
    currency: entry.currency,
    amountMinor: amount.minor,
    at,
  };
}

function readList(text: string): readonly TossTransaction[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return transactionList.Check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
