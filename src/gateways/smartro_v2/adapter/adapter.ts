import type { Gateway } from '../../../port/gateway.ts';
import { lookUpNothing } from '../../answers/no-inquiry.ts';
import { outcomeOfCancel, outcomeOfRevocation, type SmartroFields } from '../../smartro/adapter/answers.ts';
import {
  cancelOf,
  cancelOfAccount,
  inquireSmartro,
  smartroCredentials,
  smartroNotices,
  smartroStandIn,
} from '../../smartro/adapter/both-modules.ts';
import { smartroCodes } from '../../smartro/wire/codes.ts';
import { smartroV2Capabilities } from '../capabilities.ts';
import { sendCancel, taxOf } from './requests.ts';

/** Smartro, new module (SmartroPAY). See the README of this folder. */
export const smartroV2Gateway = {
  provider: 'smartro_v2',
  capabilities: smartroV2Capabilities,
  credentialsSchema: smartroCredentials,
  liveBaseUrl: 'https://approval.smartropay.co.kr',
  codes: smartroCodes,
  notices: smartroNotices,

  async cancel(call, request) {
    if (request.payMethod === 'vbank') return smartroStandIn.cancel(call, request);
    const result = await sendCancel(call, cancelOf(request), request.ordinal, taxOf(request));
    return outcomeOfCancel(call, request, result, readJsonFields);
  },

  async revokeVirtualAccount(call, request) {
    const { gatewayTid } = request;
    if (gatewayTid === null) return { kind: 'never_sent', why: 'the transaction id of the account is not known' };
    const result = await sendCancel(call, cancelOfAccount(request, gatewayTid), 1, null);
    return outcomeOfRevocation(call, { ...request, gatewayTid }, result, readJsonFields);
  },

  issueVirtualAccount: smartroStandIn.issueVirtualAccount,
  issueReceipt: smartroStandIn.issueReceipt,
  revokeReceipt: smartroStandIn.revokeReceipt,
  inquire: inquireSmartro,
  lookUp: lookUpNothing,
} as const satisfies Gateway;

/** A flat JSON object; numbers are read as texts. `undefined`: it is none. */
export function readJsonFields(text: string): SmartroFields | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields: Record<string, string> = {};
  for (const [name, field] of Object.entries(value)) {
    if (typeof field === 'string') fields[name] = field;
    else if (typeof field === 'number') fields[name] = String(field);
  }
  return fields;
}
