import { randomInt } from 'node:crypto';
import type { ReviewType } from '../../../port/product-orders.ts';
import { type Book, json } from '../../../simulators/book.ts';
import type { ReviewState } from '../wire/protocol.ts';
import type { BookProductOrder } from './product-orders.ts';

export interface NewReview {
  readonly type: ReviewType;
  readonly score: string;
  readonly title: string;
  readonly content: string | null;
}

/** `undefined`: the product order has one already. */
export function writeReview(
  book: Book,
  { id, mid, terms }: BookProductOrder,
  review: NewReview,
  now: Date,
): ReviewState | undefined {
  const at = Math.floor(now.getTime() / 1000);
  const state: ReviewState = {
    reviewId: String(randomInt(10 ** 9, 10 ** 12)),
    score: review.score,
    title: review.title,
    content: review.type === 'premium' ? review.content : null,
    productOrderId: id,
    productId: terms.productId,
    productName: terms.productName,
    optionName: terms.optionName,
    writer: terms.orderer.id,
    createdAt: at,
    modifiedAt: at,
  };
  const written = book.run(
    `insert into product_reviews (id, mid, product_order_id, type, written_at, review) values (?, ?, ?, ?, ?, ?)
     on conflict do nothing`,
    state.reviewId,
    mid,
    id,
    review.type,
    at,
    JSON.stringify(state),
  );
  return written > 0 ? state : undefined;
}

/** Oldest first. */
export function listReviews(
  book: Book,
  mid: string,
  { from, until, type }: { readonly from: number; readonly until: number; readonly type: ReviewType },
): ReviewState[] {
  return book
    .all(
      `select review from product_reviews
       where mid = ? and type = ? and written_at >= ? and written_at < ? order by written_at, rowid`,
      mid,
      type,
      from,
      until,
    )
    .map((row) => json<ReviewState>(row, 'review'));
}
