import type { FastifyInstance } from 'fastify';
import type { Services } from '../core/services.ts';
import { companySignInRoutes } from './console/company-sign-in.ts';
import { consoleFactorRoutes } from './console/factors.ts';
import { consoleFileRoutes } from './console/files.ts';
import { consoleInvitationRoutes } from './console/invitations.ts';
import { consoleSecondStepRoutes } from './console/second-step.ts';
import { consoleSessionRoutes } from './console/sessions.ts';
import { consoleStepUpRoutes } from './console/step-up.ts';
import { gatewayNoticeRoutes } from './gateway-notices.ts';
import { adoptionRoutes } from './hwanbul/adoptions.ts';
import { apiKeyRoutes } from './hwanbul/api-keys.ts';
import { bulkRefundRoutes } from './hwanbul/bulk-refunds.ts';
import { cancellationRoutes } from './hwanbul/cancellations.ts';
import { capabilityRoutes } from './hwanbul/capabilities.ts';
import { channelRoutes } from './hwanbul/channels.ts';
import { consoleSettingsRoutes } from './hwanbul/console-settings.ts';
import { doubtRoutes } from './hwanbul/doubts.ts';
import { healthRoutes } from './hwanbul/health.ts';
import { inboxRoutes } from './hwanbul/inbox.ts';
import { listRoutes } from './hwanbul/lists.ts';
import { memberAuditRoutes } from './hwanbul/member-audit.ts';
import { memberRoutes } from './hwanbul/members.ts';
import { paymentFileRoutes } from './hwanbul/payment-file.ts';
import { paymentInsightRoutes } from './hwanbul/payment-insight.ts';
import { paymentSearchRoutes } from './hwanbul/payment-search.ts';
import { reconciliationRoutes } from './hwanbul/reconciliations.ts';
import { refundRequestRoutes } from './hwanbul/refund-requests.ts';
import { savedViewRoutes } from './hwanbul/saved-views.ts';
import { statisticsRoutes } from './hwanbul/statistics.ts';
import { webhookSettingsRoutes } from './hwanbul/webhook-settings.ts';
import { webhookRoutes } from './hwanbul/webhooks.ts';
import { accessTokenRoutes } from './iamport/access-tokens.ts';
import { againRoutes } from './iamport/again.ts';
import { balanceRoutes } from './iamport/balance.ts';
import { bankRoutes } from './iamport/banks.ts';
import { benepiaRoutes } from './iamport/benepia.ts';
import { cancelRoutes } from './iamport/cancel.ts';
import { cardRoutes } from './iamport/cards.ts';

import { certificationRoutes } from './iamport/certifications.ts';
import { customerRoutes } from './iamport/customers.ts';
import { cvsRoutes } from './iamport/cvs.ts';
import { escrowRoutes } from './iamport/escrows.ts';
import { externalReceiptRoutes } from './iamport/external-receipts.ts';
import { kcpQuickRoutes } from './iamport/kcpquick.ts';
import { naverPaymentRoutes } from './iamport/naver-payments.ts';
import { naverProductOrderRoutes } from './iamport/naver-product-orders.ts';
import { naverReviewRoutes } from './iamport/naver-reviews.ts';
import { foreignRoutes, onetimeRoutes } from './iamport/onetime.ts';
import { partnerReceiptRoutes } from './iamport/partner-receipts.ts';
import { paycoOrderRoutes } from './iamport/payco-orders.ts';
import { paymentRoutes } from './iamport/payments.ts';
import { paymentwallRoutes } from './iamport/paymentwall.ts';
import { prepareRoutes } from './iamport/prepare.ts';
import { receiptRoutes } from './iamport/receipts.ts';
import { scheduleRoutes } from './iamport/schedules.ts';
import { tierRoutes } from './iamport/tiers.ts';
import { userRoutes } from './iamport/users.ts';
import { vbankRoutes } from './iamport/vbanks.ts';

export type Routes = (app: FastifyInstance, services: Services) => void;

const aboutTheServer: readonly Routes[] = [healthRoutes, capabilityRoutes];

/** i'mport's surface. A test holds it equal to the contract: what is added here is added there, and is then checked. */
export const iamportRoutes: readonly Routes[] = [
  accessTokenRoutes,
  onetimeRoutes,
  againRoutes,
  customerRoutes,
  scheduleRoutes,
  cancelRoutes,
  paymentRoutes,
  balanceRoutes,
  prepareRoutes,
  vbankRoutes,
  cvsRoutes,
  receiptRoutes,
  tierRoutes,
  certificationRoutes,
  escrowRoutes,
  paymentwallRoutes,
  externalReceiptRoutes,
  partnerReceiptRoutes,
  benepiaRoutes,
  kcpQuickRoutes,
  naverProductOrderRoutes,
  naverReviewRoutes,
  naverPaymentRoutes,
  paycoOrderRoutes,
  userRoutes,
  bankRoutes,
  cardRoutes,
];

/** What older clients of i'mport still call, and its schema has no more. */
const olderRoutes: readonly Routes[] = [foreignRoutes];

/** Our own surface beside it. */
const hwanbulRoutes: readonly Routes[] = [
  paymentSearchRoutes,
  paymentInsightRoutes,
  paymentFileRoutes,
  savedViewRoutes,
  inboxRoutes,
  statisticsRoutes,
  cancellationRoutes,
  refundRequestRoutes,
  bulkRefundRoutes,
  reconciliationRoutes,
  adoptionRoutes,
  doubtRoutes,
  webhookRoutes,
  channelRoutes,
  webhookSettingsRoutes,
  listRoutes,
  memberRoutes,
  memberAuditRoutes,
  consoleSettingsRoutes,
  apiKeyRoutes,
];

/** The console, and what only its pages ask for. */
const consoleRoutes: readonly Routes[] = [
  consoleSessionRoutes,
  consoleSecondStepRoutes,
  consoleFactorRoutes,
  consoleStepUpRoutes,
  companySignInRoutes,
  consoleInvitationRoutes,
  consoleFileRoutes,
];

/**
 * Everything that the server answers to, in the order in which its description shows it. `further` are routes that not
 * every server has: the control plane of a sandbox is handed in, so that a live server need not load it.
 */
export async function registerRoutes(
  app: FastifyInstance,
  services: Services,
  further: readonly Routes[] = [],
): Promise<void> {
  for (const routes of [
    ...aboutTheServer,
    ...iamportRoutes,
    ...olderRoutes,
    ...hwanbulRoutes,
    ...consoleRoutes,
    ...further,
  ])
    routes(app, services);
  await gatewayNoticeRoutes(app, services);
}
