import type { PaymentAnswer } from '../../api/views/payment.ts';
import { type Api, describeRefusal } from '../api.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { type Text, text } from '../language/text.ts';
import { quotedId } from '../table-file/quoted.ts';
import { koreanHead } from './columns.ts';
import type { RefundRow } from './read-rows.ts';

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
  return ({ cells }) => {
    if (cells.imp_uid !== undefined) return byImpUid.get(cells.imp_uid) ?? unknown('imp_uid', cells.imp_uid);
    const order = cells.merchant_uid ?? '';
    const all = [...new Map((byOrder.get(order) ?? []).map((payment) => [payment.imp_uid, payment])).values()];
    const paid = all.filter(({ status }) => status === 'paid' || status === 'cancelled');
    const [only, ...others] = paid.length === 0 ? all : paid;
    if (!only) return unknown('merchant_uid', order);
    if (others.length === 0) return only;
    const name = quotedId(order);
    return {
      problem: text(
        `names the order ${name}, which was paid ${paid.length} times: give the imp_uid of the one that is meant`,
        `${name} 주문에 결제가 ${paid.length}건 있습니다. 그중 하나의 imp_uid를 적으세요`,
      ),
    };
  };
}

function unknown(name: 'imp_uid' | 'merchant_uid', id: string): { readonly problem: Text } {
  const shown = quotedId(id);
  const problem = text(
    `names the ${name} ${shown}, which is not known; check it, and that the keys are of this merchant`,
    `${koreanHead(name)} ${shown}을(를) 찾을 수 없습니다. 번호와 API 키의 가맹점을 확인하세요`,
  );
  return { problem };
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
