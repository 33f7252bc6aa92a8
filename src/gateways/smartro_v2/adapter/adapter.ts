import type { Gateway } from '../../../port/gateway.ts';
import { lookUpNothing } from '../../answers/no-inquiry.ts';
import type { SmartroFields } from '../../smartro/adapter/answers.ts';
import {
  cancelOf,
  cancelOfAccount,
  smartroCredentials,
  smartroNotices,
  smartroOperations,
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

  operations: {
    ...smartroOperations({
      sendCancel: (call, request) => sendCancel(call, cancelOf(request), request.ordinal, taxOf(request)),
      sendRevocation: (call, request) => sendCancel(call, cancelOfAccount(request), 1, null),
      readFields: readJsonFields,
    }),
    issue_vbank: smartroStandIn.issue_vbank,
    issue_receipt: smartroStandIn.issue_receipt,
    revoke_receipt: smartroStandIn.revoke_receipt,
  },
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
