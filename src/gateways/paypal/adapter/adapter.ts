import Type from 'typebox';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import { paypalCapabilities } from '../capabilities.ts';
import { cancel } from './cancel.ts';
import { lookUp } from './lookup.ts';
import { paypalNotices } from './notices.ts';
import { paypalWindowApproval } from './window-approval.ts';

/**
 * PayPal, REST. The transaction id of a payment is that of its capture. Both of i'mport's modules are refunded alike. See the
 * README of this folder for the protocol, its sources and what is inferred.
 */
export function createPaypalGateway(provider: string) {
  return {
    provider,
    capabilities: paypalCapabilities,
    credentialsSchema: Type.Object({
      clientId: Type.String({ pattern: '^[\\x21-\\x39\\x3b-\\x7e]{8,200}$', description: 'Client id of the REST app' }),
      clientSecret: Type.String({ pattern: '^[\\x21-\\x7e]{8,200}$', description: 'Its secret' }),
    }),
    liveBaseUrl: 'https://api-m.paypal.com',
    codes: createGatewayCodes({ banks: [], cards: [] }),
    notices: paypalNotices,
    operations: { approve_window: paypalWindowApproval, cancel },
    lookUp,
  } as const satisfies Gateway;
}
