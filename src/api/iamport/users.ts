import type { FastifyInstance } from 'fastify';
import type { Services } from '../../core/services.ts';
import { defineRoute } from '../foundation/route.ts';
import { ChannelListView, viewPgSettings } from '../views/channel.ts';

export function userRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'GET',
    url: '/users/pg',
    operationId: 'getPgSettingList',
    tag: 'users',
    summary:
      'The channels of the merchant, each once for every type of payment that it takes; the first is the default one.',
    response: ChannelListView,
    refusals: [],
    authenticate: true,
    async handler({ merchant }) {
      const channels = await services.channels.ofMerchant(merchant.id);
      return channels.flatMap(viewPgSettings);
    },
  });
}
