import { type Text, text } from '../../platform/language/text.ts';
import { quotedId } from '../../platform/table-file/quoted.ts';
import { koreanHead } from './columns.ts';
import type { RefundRow } from './read-rows.ts';

interface NamedPayment {
  readonly imp_uid: string;
  readonly status: string;
}

/**
 * The payment that a row means: by imp_uid, or the only paid one of an order. `ofName`: all that have this id or are of this order.
 */
export function choosePayment<Payment extends NamedPayment>(
  { cells }: Pick<RefundRow, 'cells'>,
  ofName: (name: 'imp_uid' | 'merchant_uid', id: string) => readonly Payment[],
): Payment | { readonly problem: Text } {
  if (cells.imp_uid !== undefined) return ofName('imp_uid', cells.imp_uid)[0] ?? unknown('imp_uid', cells.imp_uid);
  const order = cells.merchant_uid ?? '';
  const all = [...new Map(ofName('merchant_uid', order).map((payment) => [payment.imp_uid, payment])).values()];
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
}

function unknown(name: 'imp_uid' | 'merchant_uid', id: string): { readonly problem: Text } {
  const shown = quotedId(id);
  const problem = text(
    `names the ${name} ${shown}, which is not known; check it, and that the keys are of this merchant`,
    `${koreanHead(name)} ${shown}을(를) 찾을 수 없습니다. 번호와 API 키의 가맹점을 확인하세요`,
  );
  return { problem };
}
