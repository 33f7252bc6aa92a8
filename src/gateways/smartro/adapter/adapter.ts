import type { Gateway } from '../../../port/gateway.ts';
import { lookUpNothing } from '../../answers/no-inquiry.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { smartroCapabilities } from '../capabilities.ts';
import { smartroCodes } from '../wire/codes.ts';
import { readLine } from './answers.ts';
import {
  cancelOf,
  cancelOfAccount,
  smartroCredentials,
  smartroNotices,
  smartroOperations,
  smartroStandIn,
} from './both-modules.ts';
import { sendCancel } from './requests.ts';

/** Smartro, old module (SmilePay). See the README of this folder. */
export const smartroGateway = {
  provider: 'smartro',
  capabilities: smartroCapabilities,
  credentialsSchema: smartroCredentials,
  liveBaseUrl: 'https://pay.smilepay.co.kr',
  codes: smartroCodes,
  notices: smartroNotices,

  operations: {
    approve_window: windowApproval(),
    ...smartroOperations({
      sendCancel: (call, request) => sendCancel(call, cancelOf(request)),
      sendRevocation: (call, request) => sendCancel(call, cancelOfAccount(request)),
      readFields: readLine,
    }),
    issue_key: smartroStandIn.issue_key,
    charge_key: smartroStandIn.charge_key,
    revoke_key: smartroStandIn.revoke_key,
    issue_receipt: smartroStandIn.issue_receipt,
  },
  lookUp: lookUpNothing,
} as const satisfies Gateway;
