import Type from 'typebox';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { eximbayCapabilities } from '../capabilities.ts';
import { cancel } from './cancel.ts';
import { lookUp } from './lookup.ts';
import { eximbayNotices } from './notices.ts';

/**
 * Eximbay, DirectProcessor (the interface whose names i'mport uses: `ref`, `cur`, `amt`, `transid`). Our order id is `ref`. See
 * the README of this folder for the protocol, its sources and what is inferred.
 */
export const eximbayGateway = {
  provider: 'eximbay',
  capabilities: eximbayCapabilities,
  credentialsSchema: Type.Object({
    secretKey: Type.String({ pattern: '^[\\x21-\\x7e]{16,100}$', description: 'Secret key (of the fgkey)' }),
  }),
  liveBaseUrl: 'https://secureapi.eximbay.com',
  codes: createGatewayCodes({ banks: [], cards: [] }),
  notices: eximbayNotices,
  operations: { approve_window: windowApproval(), cancel },
  lookUp,
  receiptUrlOf: ({ gatewayTid, orderId }) =>
    gatewayTid &&
    `https://secureapi.eximbay.com/web/invoice/down.jsp?${new URLSearchParams({ transid: gatewayTid, ref: orderId })}`,
} as const satisfies Gateway;
