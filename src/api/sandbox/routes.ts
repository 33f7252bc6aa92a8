import type { FastifyInstance } from 'fastify';
import type { Services } from '../../core/services.ts';
import { sandboxBookRoutes } from './books.ts';
import { sandboxBuyerRoutes } from './buyers.ts';
import { sandboxCertificationRoutes } from './certifications.ts';
import { sandboxChannelGroupRoutes } from './channel-groups.ts';
import { sandboxChannelRoutes } from './channels.ts';
import { checkoutRoutes } from './checkout/routes.ts';
import { checkoutScriptRoutes } from './checkout/scripts.ts';
import { sandboxClockRoutes } from './clock.ts';
import { createControlPlane, type SandboxParts } from './control-plane.ts';
import { demoSessionRoutes } from './demo-session.ts';
import { sandboxEscrowRoutes } from './escrows.ts';
import { sandboxFaultRoutes } from './faults.ts';
import { sandboxMerchantSettingRoutes } from './merchant-webhooks.ts';
import { sandboxMerchantRoutes } from './merchants.ts';
import { sandboxNaverOrderRoutes } from './naver-orders.ts';
import { sandboxPaymentRoutes } from './payments.ts';
import { sandboxSeedRoutes } from './seed.ts';
import { shopRoutes } from './shop/routes.ts';
import { sandboxTierRoutes } from './tiers.ts';

/** The control plane: what buyers, banks and counters do, what goes wrong, and what the gateways' books say. */
export function sandboxRoutes(app: FastifyInstance, services: Services, parts: SandboxParts): void {
  const plane = createControlPlane(services, parts);
  sandboxMerchantRoutes(app, plane);
  sandboxMerchantSettingRoutes(app, plane);
  sandboxTierRoutes(app, plane);
  sandboxChannelRoutes(app, plane);
  sandboxChannelGroupRoutes(app, plane);
  sandboxPaymentRoutes(app, plane);
  sandboxCertificationRoutes(app, plane);
  sandboxEscrowRoutes(app, plane);
  sandboxBuyerRoutes(app, plane);
  sandboxNaverOrderRoutes(app, plane);
  sandboxFaultRoutes(app, plane);
  sandboxClockRoutes(app, plane);
  sandboxSeedRoutes(app, plane);
  sandboxBookRoutes(app, plane);
  demoSessionRoutes(app, plane);
  checkoutRoutes(app, plane);
  checkoutScriptRoutes(app);
  shopRoutes(app, plane);
}
