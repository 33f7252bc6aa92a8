import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import { inicisCapabilities } from '../capabilities.ts';
import { inicisCodes } from '../wire/codes.ts';
import { accountIssue, accountRevocation } from './accounts.ts';
import { cancelPayment, type IniapiVersion } from './cancels.ts';
import { inquireCancel } from './inquiry.ts';
import { lookUpPayment } from './lookup.ts';
import { inicisNotices } from './notices.ts';
import { receiptIssue, receiptRevocation } from './receipts.ts';

const credentialsSchema = Type.Object({
  iniapiKey: Type.String({ pattern: '^[\\x21-\\x7e]{16}$', description: 'INIAPI key' }),
  iniapiIv: Type.String({ pattern: '^[\\x21-\\x7e]{16}$', description: 'INIAPI IV' }),
  clientIp: Type.String({
    pattern: '^[0-9]{1,3}(\\.[0-9]{1,3}){3}$',
    description: 'IPv4 address that this server calls from, as registered with KG INICIS',
  }),
});

/**
 * KG INICIS over INIAPI. The two modules differ in how a payment is cancelled (a form in v1, JSON in v2); what only one
 * version has goes over that one in both. See the README of this folder for the protocol, its sources and what is inferred.
 */
export function createInicisGateway(provider: string, version: IniapiVersion): Gateway {
  return Object.freeze({
    provider,
    capabilities: inicisCapabilities,
    credentialsSchema,
    liveBaseUrl: 'https://iniapi.inicis.com',
    codes: inicisCodes,
    notices: inicisNotices,
    operations: {
      issue_vbank: accountIssue,
      revoke_vbank: accountRevocation,
      issue_receipt: receiptIssue,
      revoke_receipt: receiptRevocation,
      cancel: { send: (call, request) => cancelPayment(version, call, request), inquire: inquireCancel },
    },
    lookUp: lookUpPayment,
  } satisfies Gateway);
}
