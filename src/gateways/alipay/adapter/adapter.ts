import Type from 'typebox';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { alipayCapabilities } from '../capabilities.ts';
import { cancel } from './cancel.ts';
import { lookUp } from './lookup.ts';

/**
 * Alipay for shops abroad, the older interface (mapi). The MID is `partner`, our order id `out_trade_no`. See the README of this
 * folder for the protocol, its sources, for whom it is, and what is inferred.
 */
export const alipayGateway = {
  provider: 'alipay',
  capabilities: alipayCapabilities,
  credentialsSchema: Type.Object({
    md5Key: Type.String({ pattern: '^[A-Za-z0-9]{32}$', description: 'MD5 key of the partner' }),
  }),
  liveBaseUrl: 'https://intlmapi.alipay.com',
  codes: createGatewayCodes({ banks: [], cards: [] }),
  operations: { approve_window: windowApproval(), cancel },
  lookUp,
} as const satisfies Gateway;
