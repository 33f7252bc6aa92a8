import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import { inquireCancelByRepeating, inquireNothing, lookUpNothing } from '../../answers/no-inquiry.ts';
import { cancelByPayMethod } from '../../stand-in/adapter/cancel-by-pay-method.ts';
import { createStandInNotices } from '../../stand-in/adapter/notices.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { jtnetCapabilities } from '../capabilities.ts';
import { jtnetCodes } from '../wire/codes.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { approvalOutcome, cancelOutcome } from './answers.ts';
import { sendApproval, sendCancel } from './requests.ts';

const standIn = createStandIn({ secretOf: standInSecretOf });

/** JTNet tPay, REST. Our order id is `moid`. See the README of this folder. */
export const jtnetGateway = {
  provider: 'jtnet',
  capabilities: jtnetCapabilities,
  credentialsSchema: Type.Object({
    apiKey: Type.String({ pattern: '^[A-Za-z0-9+/]{16,300}={0,2}$', description: "The merchant's key (api_key)" }),
    cancelPassword: Type.String({
      pattern: '^[\\x21-\\x7e]{1,50}$',
      description: 'Password of cancellations, as set at tPay (cancel_pw)',
    }),
  }),
  liveBaseUrl: 'https://webtx.tpay.co.kr',
  codes: jtnetCodes,
  notices: createStandInNotices({ secretOf: standInSecretOf }),

  operations: {
    approve_window: windowApproval(),
    approve: {
      send: async (call, request) => approvalOutcome(call, request, await sendApproval(call, request)),
      inquire: inquireNothing,
    },
    cancel: cancelByPayMethod(standIn, ['vbank'], {
      send: async (call, request) => cancelOutcome(call, request, await sendCancel(call, request)),
      inquire: inquireCancelByRepeating,
    }),
    issue_vbank: standIn.operations.issue_vbank,
    revoke_vbank: standIn.operations.revoke_vbank,
    issue_receipt: standIn.operations.issue_receipt,
    revoke_receipt: standIn.operations.revoke_receipt,
  },
  lookUp: lookUpNothing,
} as const satisfies Gateway;
