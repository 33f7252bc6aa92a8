import type { Gateway } from '../../../port/gateway.ts';
import { lookUpNothing } from '../../answers/no-inquiry.ts';
import { readTexts } from '../../answers/read-json.ts';
import {
  cancelOf,
  cancelOfAccount,
  smartroCredentials,
  smartroNotices,
  smartroOperations,
  smartroStandIn,
} from '../../smartro/adapter/both-modules.ts';
import { smartroCodes } from '../../smartro/wire/codes.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { smartroV2Capabilities } from '../capabilities.ts';
import { chargeKey } from './keys.ts';
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
    approve_window: windowApproval(),
    ...smartroOperations({
      sendCancel: (call, request) => sendCancel(call, cancelOf(request), request.ordinal, taxOf(request)),
      sendRevocation: (call, request) => sendCancel(call, cancelOfAccount(request), 1, null),
      readFields: readTexts,
    }),
    issue_key: smartroStandIn.issue_key,
    charge_key: chargeKey,
    revoke_key: smartroStandIn.revoke_key,
    issue_vbank: smartroStandIn.issue_vbank,
    issue_receipt: smartroStandIn.issue_receipt,
    revoke_receipt: smartroStandIn.revoke_receipt,
    register_shipping: smartroStandIn.register_shipping,
  },
  lookUp: lookUpNothing,
} as const satisfies Gateway;
