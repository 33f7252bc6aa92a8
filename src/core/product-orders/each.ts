import { Refusal } from '../../platform/errors/refusal.ts';
import type { ProductOrder } from '../../port/product-orders.ts';
import { type Deadline, shortestCallMs } from '../operations/deadline.ts';

export interface Failure {
  readonly productOrderId: string;
  readonly refusal: Refusal;
}

export interface Done {
  /** As they are afterwards, in the order in which they were asked for. */
  readonly productOrders: readonly ProductOrder[];
  readonly failures: readonly Failure[];
}

/** Asks for each product order by itself, one after the other: what becomes of one is nothing to the others. */
export async function eachProductOrder(
  ids: readonly string[],
  deadline: Deadline,
  work: (id: string) => Promise<ProductOrder>,
): Promise<Done> {
  const productOrders: ProductOrder[] = [];
  const failures: Failure[] = [];
  for (const productOrderId of new Set(ids)) {
    try {
      if (deadline.leftMs() < shortestCallMs) throw new Refusal('naver_unreachable');
      productOrders.push(await work(productOrderId));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failures.push({ productOrderId, refusal: error });
    }
  }
  return { productOrders, failures };
}
