import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { inicisCapabilitiesOf } from '../capabilities.ts';
import { inicisCodes } from '../wire/codes.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { accountIssue, accountRevocation } from './accounts.ts';
import { cancelPayment, type IniapiVersion } from './cancels.ts';
import { inquireCancel } from './inquiry.ts';
import { keyCharge, keyIssue } from './keys.ts';
import { lookUpPayment } from './lookup.ts';
import { inicisNotices } from './notices.ts';
import { inicisReceiptUrl } from './receipt-url.ts';
import { receiptIssue, receiptRevocation } from './receipts.ts';

/** How the shipping of escrow payments is registered is not public; nor are the parts of a slip. */
const standIn = createStandIn({ secretOf: standInSecretOf });

const credentialsSchema = Type.Object({
  iniapiKey: Type.String({ pattern: '^[\\x21-\\x7e]{16}$', description: 'INIAPI key' }),
  iniapiIv: Type.String({ pattern: '^[\\x21-\\x7e]{16}$', description: 'INIAPI IV' }),
  clientIp: Type.String({
    pattern: '^[0-9]{1,3}(\\.[0-9]{1,3}){3}$',
    description: 'IPv4 address that this server calls from, as registered with KG INICIS',
  }),
});

/**
 * KG INICIS over INIAPI. The two modules differ in how a payment is cancelled and a key charged (a form in v1, JSON in v2); what only one
 * version has goes over that one in both. See the README of this folder for the protocol, its sources and what is inferred.
 */
export function createInicisGateway(provider: string, version: IniapiVersion): Gateway {
  return Object.freeze({
    provider,
    capabilities: inicisCapabilitiesOf(provider),
    credentialsSchema,
    liveBaseUrl: 'https://iniapi.inicis.com',
    // For payments, escrow and billing keys, from INICIS's samples as public shops have them.
    testMarks: { publicMids: ['INIpayTest', 'iniescrow0', 'INIBillTst'] },
    codes: inicisCodes,
    notices: inicisNotices,
    operations: {
      approve_window: windowApproval(),
      issue_vbank: accountIssue,
      revoke_vbank: accountRevocation,
      issue_key: keyIssue,
      charge_key: keyCharge(version),
      issue_receipt: receiptIssue,
      revoke_receipt: receiptRevocation,
      register_shipping: standIn.operations.register_shipping,
      cancel: { send: (call, request) => cancelPayment(version, call, request), inquire: inquireCancel },
    },
    // How INIAPI takes sub-merchants is not public.
    ...(provider === 'html5_inicis' ? { slipParts: standIn.slipParts } : {}),
    lookUp: lookUpPayment,
    receiptUrlOf: inicisReceiptUrl,
  } satisfies Gateway);
}
