import type { PaymentAnswer } from '../../api/views/payment.ts';
import type { Text } from '../../platform/language/text.ts';
import { choosePayment } from '../../rules/refund-file/choose-payment.ts';
import type { RefundRow } from '../../rules/refund-file/read-rows.ts';
import { type Api, describeRefusal } from '../api.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';

/** The server takes at most so many ids at once, and a line of a request must stay well below its limit of 16 KiB. */
const idsMax = 100;
const queryMax = 6_000;

/** Looks up the payments of all rows; the result gives a row's payment, or what is wrong with how it is named. */
export async function findRowPayments(
  api: Api,
  rows: readonly RefundRow[],
): Promise<(row: RefundRow) => PaymentAnswer | { readonly problem: Text }> {
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
    if (answer.error !== undefined) {
      throw new CliFailure(describeRefusal(answer), exitCodes.unreachable, { error: answer.error });
    }
    for (const payment of answer.response) {
      byImpUid.set(payment.imp_uid, payment);
      byOrder.set(payment.merchant_uid, [...(byOrder.get(payment.merchant_uid) ?? []), payment]);
    }
  }
  return (row) =>
    choosePayment(row, (name, id) => {
      if (name === 'merchant_uid') return byOrder.get(id) ?? [];
      const payment = byImpUid.get(id);
      return payment ? [payment] : [];
    });
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
