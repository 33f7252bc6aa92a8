import type { PageChoice, PaymentPage } from '../../core/payments/find-payments.ts';
import { type ChosenPayment, partsOf, readPayments } from '../../core/payments/read-in-parts.ts';
import type { Services } from '../../core/services.ts';
import { type AnswerInParts, listInParts, pageInParts } from '../foundation/answer-in-parts.ts';
import { type PaymentAnswer, type PaymentPageAnswer, viewPaging, viewPayment } from '../views/payment.ts';

/** A list of payments. One that is large is never in memory as a whole. */
export async function answerList(
  { kysely }: Services,
  merchantId: bigint,
  chosen: readonly ChosenPayment[],
  status: number,
): Promise<
  { readonly status: number; readonly response: readonly PaymentAnswer[] } | AnswerInParts<readonly PaymentAnswer[]>
> {
  const [first = [], ...more] = partsOf(chosen);
  if (more.length > 0) return listInParts(viewsOf(kysely, merchantId, [first, ...more]), status);
  return { status, response: (await readPayments(kysely, merchantId, first)).map(viewPayment) };
}

export async function answerPage(
  { kysely }: Services,
  merchantId: bigint,
  { total, chosen }: PaymentPage,
  { page, limit }: PageChoice,
): Promise<PaymentPageAnswer | AnswerInParts<PaymentPageAnswer>> {
  const paging = viewPaging(total, page, limit);
  const [first = [], ...more] = partsOf(chosen);
  if (more.length > 0) return pageInParts(paging, viewsOf(kysely, merchantId, [first, ...more]));
  return { ...paging, list: (await readPayments(kysely, merchantId, first)).map(viewPayment) };
}

async function* viewsOf(
  kysely: Services['kysely'],
  merchantId: bigint,
  parts: readonly (readonly ChosenPayment[])[],
): AsyncGenerator<readonly PaymentAnswer[]> {
  for (const part of parts) yield (await readPayments(kysely, merchantId, part)).map(viewPayment);
}
