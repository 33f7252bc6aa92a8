import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../core/services.ts';
import { defineRoute } from '../foundation/route.ts';

export const ChannelView = Type.Object({
  pg_provider: Type.String(),
  pg_id: Type.String({ description: 'The MID at the gateway.' }),
  sandbox: Type.Boolean(),
  type: Type.String(),
  channel_name: Type.String(),
  channel_key: Type.String(),
});

export function userRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'GET',
    url: '/users/pg',
    operationId: 'getPgSettingList',
    tag: 'users',
    summary: 'The channels of the merchant; the first is the default one.',
    response: Type.Array(ChannelView),
    refusals: [],
    authenticate: true,
    async handler({ merchant }) {
      const channels = await services.channels.ofMerchant(merchant.id);
      return channels.map(viewChannel);
    },
  });
}

export function viewChannel(channel: Awaited<ReturnType<Services['channels']['ofMerchant']>>[number]) {
  return {
    pg_provider: channel.provider,
    pg_id: channel.mid,
    sandbox: channel.access.mode === 'test',
    type: 'payment',
    channel_name: channel.name,
    channel_key: channel.channelKey,
  };
}
