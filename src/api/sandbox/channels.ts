import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { gatewayOf } from '../../gateways/registry.ts';
import { defineRoute } from '../foundation/route.ts';
import { ChannelView, viewChannel } from '../iamport/users.ts';
import type { ControlPlane } from './control-plane.ts';

export function sandboxChannelRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { services, simulators } = plane;

  defineRoute(app, {
    method: 'GET',
    url: '/sandbox/channels',
    operationId: 'readSandboxChannels',
    tag: 'sandbox',
    summary: 'The channels of the merchant, and where and with what each simulator is spoken to in its own protocol.',
    response: Type.Array(
      Type.Object({
        ...ChannelView.properties,
        simulator_url: Type.String({ description: 'Of the simulator, which speaks the protocol of the gateway.' }),
        credentials: Type.Record(Type.String(), Type.String(), {
          description: 'What the simulator knows this merchant by; made up, and of no use anywhere else.',
        }),
        pg_api_key: Type.Union([Type.String(), Type.Null()], {
          description: 'What POST and DELETE /vbanks want as `pg_api_key`, where the gateway has such a key.',
        }),
      }),
    ),
    refusals: [],
    authenticate: false,
    async handler({ request }) {
      const merchant = await plane.merchantOrDemo(request);
      const channels = await services.channels.ofMerchant(merchant.id);
      return channels.map((channel) => ({
        ...viewChannel(channel),
        simulator_url: simulators.of(channel.provider).url,
        credentials: { ...channel.access.credentials },
        pg_api_key: gatewayOf(channel.provider)?.apiKeyOf?.(channel.access.credentials) ?? null,
      }));
    },
  });
}
