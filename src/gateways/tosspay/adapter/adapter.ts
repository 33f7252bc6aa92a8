import Type from 'typebox';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import type { Lookup } from '../../../port/lookup.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { tossPayCapabilities } from '../capabilities.ts';
import { cancel } from './cancel.ts';
import { chargeKey, revokeKey } from './keys.ts';
import { fetchPayment, gatewayPaymentOf } from './lookup.ts';

/**
 * Toss Pay, the wallet (pay.toss.im), which has nothing to do with Toss Payments. It knows a merchant by its API key: the MID
 * is the merchant's name here only. Our order id is `orderNo`, and the transaction id is the `payToken`. See the README of this
 * folder for the protocol, its sources and what is inferred.
 */
export const tossPayGateway = {
  provider: 'tosspay',
  capabilities: tossPayCapabilities,
  credentialsSchema: Type.Object({
    apiKey: Type.String({ pattern: '^[A-Za-z0-9_-]{8,100}$', description: 'API key (sk_…)' }),
  }),
  liveBaseUrl: 'https://pay.toss.im',
  // docs-pay.toss.im, on how to test: with the one no money moves at this host, with the other it does.
  testMarks: { key: { name: 'apiKey', test: /^sk_test_/, live: /^sk_live_/ } },
  codes: createGatewayCodes({ banks: [], cards: [] }),

  operations: { approve_window: windowApproval(), charge_key: chargeKey, revoke_key: revokeKey, cancel },

  async lookUp(call, reference): Promise<Lookup> {
    const fetched = await fetchPayment(call, reference);
    if (fetched.kind !== 'found') return fetched;
    const payment = gatewayPaymentOf(fetched.status);
    return payment
      ? { kind: 'found', payment }
      : { kind: 'unknown', why: `the payment is ${fetched.status.payStatus.slice(0, 40)}` };
  },
} as const satisfies Gateway;
