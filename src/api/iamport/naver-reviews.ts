import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Channel } from '../../core/merchants/channels.ts';
import { listReviews, productOrdersAt } from '../../core/product-orders/read.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { reviewTypes } from '../../port/product-orders.ts';
import { ChoiceField, IntegerField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { ProductReviewView, viewProductReview } from '../views/product-review.ts';
import { orderStandIn } from './naver-product-orders.ts';

const UnixSeconds = IntegerField({ minimum: 0, maximum: 253_402_300_799, description: 'Seconds since 1970.' });

export function naverReviewRoutes(app: FastifyInstance, services: Services): void {
  /** The channel that is named, or the first that keeps orders. */
  async function channelMeant(merchantId: bigint, channelKey: string | undefined): Promise<Channel> {
    const found = channelKey
      ? await services.channels.choose(merchantId, { channelKey })
      : (await services.channels.ofMerchant(merchantId)).find((channel) => productOrdersAt(channel));
    if (!found) throw new Refusal('naver_orders_not_available');
    return found;
  }

  defineRoute(app, {
    method: 'GET',
    url: '/naver/reviews',
    operationId: 'getReviews',
    tag: 'naver',
    summary: 'What buyers have written about products, oldest first.',
    description: 'channel_key is looked for in the query; the body of a GET is not read.',
    query: Type.Object({
      channel_key: Type.Optional(
        Type.String({ maxLength: 80, description: "Default: the merchant's channel of Naver Pay's order type." }),
      ),
      from: UnixSeconds,
      to: UnixSeconds,
      review_type: ChoiceField(reviewTypes),
    }),
    response: Type.Array(ProductReviewView),
    refusals: [
      'channel_not_found',
      'naver_orders_not_available',
      'naver_order_only',
      'naver_refused',
      'naver_unanswered',
    ],
    authenticate: true,
    alsoByPost: true,
    standIn: orderStandIn,
    async handler({ query, merchant }) {
      const { from, to, review_type: type } = query;
      if (to < from) throw new Refusal('parameter_invalid', { name: 'to', expected: 'from 이후의 UNIX timestamp' });
      const channel = await channelMeant(merchant.id, query.channel_key);
      const at = productOrdersAt(channel);
      if (!at) throw new Refusal('naver_order_only');
      // Both ends count.
      const asked = { from: new Date(from * 1000), until: new Date((to + 1) * 1000), type };
      const reviews = await listReviews(services, channel, at, asked, services.requestDeadline());
      return reviews.map(viewProductReview);
    },
  });
}
