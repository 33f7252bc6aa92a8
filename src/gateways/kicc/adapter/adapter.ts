import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import { lookUpNothing } from '../../answers/no-inquiry.ts';
import { kiccCapabilities } from '../capabilities.ts';
import { kiccCodes } from '../wire/codes.ts';
import { cancel } from './cancel.ts';
import { chargeKey, revokeKey } from './keys.ts';
import { kiccNotices } from './notices.ts';
import { issueReceipt } from './receipts.ts';
import { revokeAccount, revokeReceipt } from './revocations.ts';
import { kiccWindowApproval } from './window-approval.ts';

/** KICC EasyPay. Payments come from its payment window. See the README of this folder. */
export const kiccGateway = {
  provider: 'kicc',
  capabilities: kiccCapabilities,
  credentialsSchema: Type.Object({
    secretKey: Type.String({ minLength: 8, maxLength: 200, description: 'Key of the message authentication' }),
    refundService: Type.Optional(
      Type.Enum(['next_day', 'real_time'], {
        description: 'Which refund of virtual accounts was agreed on with KICC; absent: next_day',
      }),
    ),
  }),
  liveBaseUrl: 'https://pgapi.easypay.co.kr',
  codes: kiccCodes,
  notices: kiccNotices,

  operations: {
    approve_window: kiccWindowApproval,
    cancel,
    charge_key: chargeKey,
    revoke_key: revokeKey,
    revoke_vbank: revokeAccount,
    issue_receipt: issueReceipt,
    revoke_receipt: revokeReceipt,
  },
  lookUp: lookUpNothing,
} as const satisfies Gateway;
