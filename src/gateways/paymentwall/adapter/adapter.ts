import Type from 'typebox';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { paymentwallCapabilities } from '../capabilities.ts';
import { cancel } from './cancel.ts';
import { paymentwallDeliveries } from './deliveries.ts';
import { lookUp } from './lookup.ts';

/**
 * Paymentwall, Brick. Its private key tells whose a request is: the MID never goes out. See the README of this folder for the
 * protocol, its sources and what is inferred.
 */
export const paymentwallGateway = {
  provider: 'paymentwall',
  capabilities: paymentwallCapabilities,
  credentialsSchema: Type.Object({
    privateKey: Type.String({
      pattern: '^[A-Za-z0-9_-]{8,100}$',
      description: 'Private key of the project (X-ApiKey)',
    }),
  }),
  liveBaseUrl: 'https://api.paymentwall.com',
  codes: createGatewayCodes({ banks: [], cards: [] }),
  operations: { approve_window: windowApproval(), cancel },
  deliveries: paymentwallDeliveries,
  lookUp,
} as const satisfies Gateway;
