import type { FastifyInstance } from 'fastify';
import { defineRoute } from '../foundation/route.ts';
import { SandboxChannelListView, viewChannel } from '../views/channel.ts';
import type { ControlPlane } from './control-plane.ts';

export function sandboxChannelRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { services, simulators } = plane;

  defineRoute(app, {
    method: 'GET',
    url: '/sandbox/channels',
    operationId: 'readSandboxChannels',
    tag: 'sandbox',
    summary: 'The channels of the merchant, and where and with what each simulator is spoken to in its own protocol.',
    response: SandboxChannelListView,
    refusals: [],
    authenticate: false,
    readsToken: true,
    async handler({ request }) {
      const merchant = await plane.merchantOrDemo(request);
      const channels = await services.channels.ofMerchant(merchant.id);
      return channels.map((channel) => {
        const { url, sandbox } = simulators.of(channel.provider);
        return {
          ...viewChannel(channel),
          simulator_url: url,
          credentials: { ...channel.access.credentials },
          pg_api_key: sandbox.apiKeyOf?.(channel.access.credentials) ?? null,
        };
      });
    },
  });
}
