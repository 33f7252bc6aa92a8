import type { FastifyInstance } from 'fastify';
import type { Services } from '../core/services.ts';
import { gatewayNoticeRoutes } from './gateway-notices.ts';
import { cancellationRoutes } from './hwanbul/cancellations.ts';
import { capabilityRoutes } from './hwanbul/capabilities.ts';
import { doubtRoutes } from './hwanbul/doubts.ts';
import { healthRoutes } from './hwanbul/health.ts';
import { reconciliationRoutes } from './hwanbul/reconciliations.ts';
import { webhookRoutes } from './hwanbul/webhooks.ts';
import { accessTokenRoutes } from './iamport/access-tokens.ts';
import { bankRoutes } from './iamport/banks.ts';
import { cancelRoutes } from './iamport/cancel.ts';
import { cardRoutes } from './iamport/cards.ts';
import { cvsRoutes } from './iamport/cvs.ts';
import { onetimeRoutes } from './iamport/onetime.ts';
import { paymentRoutes } from './iamport/payments.ts';
import { receiptRoutes } from './iamport/receipts.ts';
import { userRoutes } from './iamport/users.ts';
import { vbankRoutes } from './iamport/vbanks.ts';

export type Routes = (app: FastifyInstance, services: Services) => void;

const aboutTheServer: readonly Routes[] = [healthRoutes, capabilityRoutes];

/** i'mport's surface. A test holds it equal to the contract: what is added here is added there, and is then checked. */
export const iamportRoutes: readonly Routes[] = [
  accessTokenRoutes,
  onetimeRoutes,
  cancelRoutes,
  paymentRoutes,
  vbankRoutes,
  cvsRoutes,
  receiptRoutes,
  userRoutes,
  bankRoutes,
  cardRoutes,
];

/** Our own surface beside it. */
const hwanbulRoutes: readonly Routes[] = [cancellationRoutes, reconciliationRoutes, doubtRoutes, webhookRoutes];

/**
 * Everything that the server answers to, in the order in which its description shows it. `further` are routes that not
 * every server has: the control plane of a sandbox is handed in, so that a live server need not load it.
 */
export async function registerRoutes(
  app: FastifyInstance,
  services: Services,
  further: readonly Routes[] = [],
): Promise<void> {
  for (const routes of [...aboutTheServer, ...iamportRoutes, ...hwanbulRoutes, ...further]) routes(app, services);
  await gatewayNoticeRoutes(app, services);
}
