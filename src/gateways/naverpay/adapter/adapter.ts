import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import type { Lookup } from '../../../port/lookup.ts';
import { naverCapabilities } from '../capabilities.ts';
import { naverCodes } from '../wire/cards.ts';
import { cancel } from './cancel.ts';
import { fetchHistory, gatewayPaymentOf } from './history.ts';
import { chargeKey, revokeKey } from './keys.ts';
import { naverServices } from './services.ts';
import { naverWindowApproval } from './window-approval.ts';

/**
 * Naver Pay, payments of the order-less kind (결제형). The MID is the partner id, unless the credentials name another. Our order id is `merchantPayKey`. See
 * the README of this folder for the protocol, its sources and what is inferred.
 */
export const naverGateway = {
  provider: 'naverpay',
  capabilities: naverCapabilities,
  credentialsSchema: Type.Object({
    clientId: Type.String({ pattern: '^[A-Za-z0-9_-]{4,100}$', description: 'Client ID' }),
    clientSecret: Type.String({ pattern: '^[A-Za-z0-9_-]{4,100}$', description: 'Client secret' }),
    chainId: Type.String({ pattern: '^[A-Za-z0-9_-]{4,100}$', description: 'Chain ID' }),
    partnerId: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{4,100}$',
        description:
          'Partner ID in the addresses, where it is not the MID (naverpay-partner in the samples of the guide)',
      }),
    ),
  }),
  liveBaseUrl: 'https://pay.paygate.naver.com',
  codes: naverCodes,

  operations: { approve_window: naverWindowApproval, charge_key: chargeKey, revoke_key: revokeKey, cancel },
  orderServices: naverServices,

  async lookUp(call, reference): Promise<Lookup> {
    const fetched = await fetchHistory(call, reference);
    if (fetched.kind !== 'found') return fetched;
    const payment = gatewayPaymentOf(fetched.history);
    return payment ? { kind: 'found', payment } : { kind: 'unknown', why: 'a time in the history is none' };
  },
} as const satisfies Gateway;
