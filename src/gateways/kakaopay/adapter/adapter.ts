import Type from 'typebox';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import type { Lookup } from '../../../port/lookup.ts';
import { kakaoCapabilities } from '../capabilities.ts';
import { cancel } from './cancel.ts';
import { chargeKey, revokeKey } from './keys.ts';
import { fetchOrder, gatewayPaymentOf } from './lookup.ts';
import { kakaoWindowApproval } from './window-approval.ts';

/**
 * Kakao Pay, online payments over the open API. The MID is the CID. Our order id is `partner_order_id`. See the README of
 * this folder for the protocol, its sources and what is inferred.
 */
export const kakaoGateway = {
  provider: 'kakaopay',
  capabilities: kakaoCapabilities,
  credentialsSchema: Type.Object({
    secretKey: Type.String({ pattern: '^[A-Za-z0-9]{8,100}$', description: 'Secret key' }),
    cidSecret: Type.Optional(Type.String({ pattern: '^[0-9a-z]{24}$', description: 'Key of the CID, if it has one' })),
  }),
  liveBaseUrl: 'https://open-api.kakaopay.com',
  // Of payments and of subscriptions, as Kakao Pay's documentation and public clients have them.
  testMarks: { publicMids: ['TC0ONETIME', 'TCSUBSCRIP'] },
  codes: createGatewayCodes({ banks: [], cards: [] }),

  operations: { approve_window: kakaoWindowApproval, charge_key: chargeKey, revoke_key: revokeKey, cancel },

  async lookUp(call, reference): Promise<Lookup> {
    const fetched = await fetchOrder(call, reference);
    if (fetched.kind !== 'found') return fetched;
    const payment = gatewayPaymentOf(fetched.order);
    return payment
      ? { kind: 'found', payment }
      : { kind: 'unknown', why: `the payment is ${fetched.order.status.slice(0, 40)}` };
  },
} as const satisfies Gateway;
