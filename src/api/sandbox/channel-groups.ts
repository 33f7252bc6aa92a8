import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Refusal } from '../../platform/errors/refusal.ts';
import { IntegerField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { ChannelGroupView, viewChannelGroup } from '../views/channel-group.ts';
import type { ControlPlane } from './control-plane.ts';

const Params = Type.Object({ channel_group_id: Type.String({ maxLength: 55 }) });

/** Groups of channels are made in the console of the real server; the REST API only names them. */
export function sandboxChannelGroupRoutes(app: FastifyInstance, { services }: ControlPlane): void {
  const { channelGroups, channels } = services;

  defineRoute(app, {
    method: 'PUT',
    url: '/sandbox/channel-groups/:channel_group_id',
    operationId: 'makeChannelGroup',
    tag: 'sandbox',
    summary: 'Makes a group of channels, or changes one. channel_group_id of requests then names it.',
    description:
      'A request falls to one of them by its order (or customer_uid): the same one always to the same channel, of many to each by its weight.',
    params: Params,
    body: Type.Object({
      channels: Type.Array(
        Type.Object({
          pg: Type.Optional(Type.String({ maxLength: 80, description: '`tosspayments`, or `tosspayments.MID`.' })),
          channel_key: Type.Optional(Type.String({ maxLength: 80, description: 'Wins over pg.' })),
          weight: Type.Optional(IntegerField({ minimum: 1, maximum: 1000, description: 'Default 1.' })),
        }),
      ),
    }),
    response: ChannelGroupView,
    refusals: ['channel_not_found', 'parameter_missing'],
    authenticate: true,
    permission: 'sandbox',
    example: {
      body: {
        channels: [
          { pg: 'tosspayments', weight: 3 },
          { pg: 'nice', weight: 1 },
        ],
      },
    },
    async handler({ params, body, merchant }) {
      if (body.channels.length === 0) throw new Refusal('parameter_missing', { name: 'channels' });
      const members = await Promise.all(
        body.channels.map(async ({ pg, channel_key: channelKey, weight = 1 }) => ({
          channel: await channels.choose(merchant.id, { channelKey, pg }),
          weight,
        })),
      );
      if (new Set(members.map(({ channel }) => channel.id)).size < members.length) {
        throw new Refusal('parameter_invalid', { name: 'channels', expected: '서로 다른 채널' });
      }
      return viewChannelGroup(await channelGroups.put(merchant.id, { groupId: params.channel_group_id, members }));
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/sandbox/channel-groups/:channel_group_id',
    operationId: 'removeChannelGroup',
    tag: 'sandbox',
    summary: 'The group is there no more; its channels, and what went through them, stay.',
    params: Params,
    response: ChannelGroupView,
    refusals: ['channel_not_found'],
    authenticate: true,
    permission: 'sandbox',
    async handler({ params: { channel_group_id: groupId }, merchant }) {
      const group = await channelGroups.find(merchant.id, groupId);
      await channelGroups.remove(merchant.id, groupId);
      return viewChannelGroup(group);
    },
  });
}
