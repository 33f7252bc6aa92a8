import { Type } from 'typebox';
import { unixSeconds } from '../../platform/clock/clock.ts';
import type { ProductReview } from '../../port/product-orders.ts';
import type { Answer } from '../foundation/answer.ts';
import { TextOrNull } from './fields.ts';

export const ProductReviewView = Type.Object({
  review_id: Type.String(),
  score: Type.String({ description: 'general: 0 to 2; premium: 10 to 13.' }),
  title: Type.String(),
  content: TextOrNull,
  product_order_id: Type.String(),
  product_id: Type.String(),
  product_name: Type.String(),
  product_option_name: Type.String(),
  writer: Type.String({ description: "The writer's id, encrypted by Naver." }),
  created_at: Type.Integer(),
  modified_at: Type.Integer(),
});

export function viewProductReview(review: ProductReview): Answer<typeof ProductReviewView> {
  return {
    review_id: review.id,
    score: review.score,
    title: review.title,
    content: review.content,
    product_order_id: review.productOrderId,
    product_id: review.productId,
    product_name: review.productName,
    product_option_name: review.optionName,
    writer: review.writer,
    created_at: unixSeconds(review.createdAt),
    modified_at: unixSeconds(review.modifiedAt),
  };
}
