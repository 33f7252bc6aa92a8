import type { PaymentAnswer } from '../../api/views/payment.ts';
import { type Api, describeRefusal } from '../api.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import type { RefundRow } from './read-rows.ts';

/** The server takes at most so many ids at once, and a line of a request must stay well below its limit of 16 KiB. */
const idsMax = 100;
const queryMax = 6_000;

/** Looks up the payments of all rows; the result gives a row's payment, or what is wrong with how it is named. */
export async function findRowPayments(
  api: Api,
  rows: readonly RefundRow[],
): Promise<(row: RefundRow) => PaymentAnswer | string> {
  const byImpUid = new Map<string, PaymentAnswer>();
  const byOrder = new Map<string, PaymentAnswer[]>();
  const names = rows.map(({ cells }) =>
    cells.imp_uid === undefined
      ? (['merchant_uid', cells.merchant_uid ?? ''] as const)
      : (['imp_uid', cells.imp_uid] as const),
  );
  for (const query of batches(names)) {
    const answer = await api.ask<readonly PaymentAnswer[]>('GET', `/payments?${query}`);
    if (answer.error === 'payment_not_found') continue;
    if (answer.error !== undefined) throw new CliFailure(describeRefusal(answer), exitCodes.unreachable);
    for (const payment of answer.response) {
      byImpUid.set(payment.imp_uid, payment);
      byOrder.set(payment.merchant_uid, [...(byOrder.get(payment.merchant_uid) ?? []), payment]);
    }
  }
  return ({ cells }) => {
    if (cells.imp_uid !== undefined) return byImpUid.get(cells.imp_uid) ?? `names ${cells.imp_uid}, which is not known`;
    const order = cells.merchant_uid ?? '';
    const all = [...new Map((byOrder.get(order) ?? []).map((payment) => [payment.imp_uid, payment])).values()];
    const paid = all.filter(({ status }) => status === 'paid' || status === 'cancelled');
    const [only, ...others] = paid.length === 0 ? all : paid;
    if (!only) return `names the order ${order}, which is not known`;
    return others.length === 0 ? only : `names the order ${order}, which was paid ${paid.length} times: give imp_uid`;
  };
}

function* batches(names: readonly (readonly [string, string])[]): Generator<string> {
  let parts: string[] = [];
  let length = 0;
  for (const [name, id] of names) {
    const part = `${name}[]=${encodeURIComponent(id)}`;
    if (parts.length === idsMax || length + part.length > queryMax) {
      yield parts.join('&');
      parts = [];
      length = 0;
    }
    parts.push(part);
    length += part.length + 1;
  }
  if (parts.length > 0) yield parts.join('&');
}
