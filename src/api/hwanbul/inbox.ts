import type { FastifyInstance } from 'fastify';
import { readInbox } from '../../core/inbox/read-inbox.ts';
import type { Services } from '../../core/services.ts';
import { risingShares } from '../../core/statistics/rising-shares.ts';
import { defineRoute } from '../foundation/route.ts';
import { InboxView, viewInbox } from '../views/inbox.ts';

/** What waits for a person. The real server has nothing like it. */
export function inboxRoutes(app: FastifyInstance, { database, clocks }: Services): void {
  defineRoute(app, {
    method: 'GET',
    url: '/inbox',
    operationId: 'readInbox',
    tag: 'inbox',
    summary:
      'What waits for a person: doubts, refund requests, refunds on their way, failed webhooks, accounts due today, gateways at which more goes wrong than usual.',
    response: InboxView,
    refusals: [],
    authenticate: true,
    async handler({ merchant }) {
      const now = clocks.of(merchant.id).now();
      const [sections, gateways] = await Promise.all([
        readInbox(database, merchant.id, now),
        risingShares(database, merchant.id, now),
      ]);
      return viewInbox(now, sections, gateways);
    },
  });
}
