import Type from 'typebox';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import { lookUpNothing } from '../../answers/no-inquiry.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { paycoCapabilities } from '../capabilities.ts';
import { cancel } from './cancel.ts';
import { chargeKey, revokeKey } from './keys.ts';
import { paycoOrderServices } from './order-status.ts';

/**
 * PAYCO, simple payment (EASYPAY). The MID is the `cpId`. Our order id is `sellerOrderReferenceKey`. See the README of
 * this folder for the protocol, its sources and what is inferred.
 */
export const paycoGateway = {
  provider: 'payco',
  capabilities: paycoCapabilities,
  credentialsSchema: Type.Object({
    sellerKey: Type.String({ pattern: '^[A-Za-z0-9_-]{4,100}$', description: 'Seller key (sellerKey)' }),
    productId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,50}$', description: 'Product id (productId)' }),
  }),
  liveBaseUrl: 'https://api-bill.payco.com',
  codes: createGatewayCodes({ banks: [], cards: [] }),

  operations: { approve_window: windowApproval(), charge_key: chargeKey, revoke_key: revokeKey, cancel },
  orderServices: paycoOrderServices,
  lookUp: lookUpNothing,
} as const satisfies Gateway;
