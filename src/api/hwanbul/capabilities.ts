import type { FastifyInstance } from 'fastify';
import type { Services } from '../../core/services.ts';
import { defineRoute } from '../foundation/route.ts';
import { CapabilitiesView, viewCapabilities } from '../views/capabilities.ts';

/** Public: it says what this software can do, and nothing of any merchant. */
export function capabilityRoutes(app: FastifyInstance, { gateways }: Services): void {
  defineRoute(app, {
    method: 'GET',
    url: '/capabilities',
    operationId: 'capabilities',
    tag: 'server',
    summary: 'What each gateway can do: provider × pay method × operation.',
    description:
      'supported: as the gateway’s public documents say. unsupported: refused before anything is sent. undocumented: no public source shows the gateway’s own protocol; refused on a live channel, and a stand-in in the sandbox.',
    response: CapabilitiesView,
    refusals: [],
    authenticate: false,
    handler: async () => viewCapabilities([...gateways.values()]),
  });
}
