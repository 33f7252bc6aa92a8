import Type from 'typebox';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { chaiCapabilities } from '../capabilities.ts';
import { cancel } from './cancel.ts';
import { lookUp } from './lookup.ts';

/**
 * CHAI, the wallet. Its keys tell whose a request is: the MID never goes out. Our order id is the key that the payment was
 * made with. See the README of this folder for the protocol, its sources and what is inferred.
 */
export const chaiGateway = {
  provider: 'chai',
  capabilities: chaiCapabilities,
  credentialsSchema: Type.Object({
    privateKey: Type.String({ pattern: '^[A-Za-z0-9_-]{8,100}$', description: 'Private API key (Private-API-Key)' }),
    publicKey: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{8,100}$',
        description: 'Public API key (public-API-Key), by which payments are read; without it the private one goes out',
      }),
    ),
  }),
  liveBaseUrl: 'https://api.chai.finance',
  codes: createGatewayCodes({ banks: [], cards: [] }),

  operations: { approve_window: windowApproval(), cancel },
  lookUp,
} as const satisfies Gateway;
