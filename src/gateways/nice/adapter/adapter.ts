import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { niceCapabilities } from '../capabilities.ts';
import { niceCodes } from '../wire/codes.ts';
import { issueAccount, revokeAccount } from './accounts.ts';
import { cancel } from './cancel.ts';
import { approve, chargeKey, issueKey, revokeKey } from './keys.ts';
import { niceNotices } from './notices.ts';
import { niceReceiptUrl } from './receipt-url.ts';
import { issueReceipt, revokeReceipt } from './receipts.ts';

/**
 * NICE Payments, the old API of MID and merchant key: signed forms in EUC-KR. See the README of this folder for the
 * protocol, its sources, and what settles a doubt.
 */
export const niceGateway = {
  provider: 'nice',
  capabilities: niceCapabilities,
  credentialsSchema: Type.Object({
    merchantKey: Type.String({ pattern: '^[A-Za-z0-9+/=]{32,200}$', description: 'Merchant key' }),
    moidContract: Type.Optional(
      Type.Literal('unique', {
        description: 'Only with the contract under which NICE takes the Moid of a partial cancel once',
      }),
    ),
  }),
  liveBaseUrl: 'https://webapi.nicepay.co.kr',
  // With their keys in NICE's samples, as public shops have them.
  testMarks: { publicMids: ['nicepay00m', 'nictest00m'] },
  codes: niceCodes,
  notices: niceNotices,

  operations: {
    approve_window: windowApproval(),
    cancel,
    approve,
    issue_key: issueKey,
    charge_key: chargeKey,
    revoke_key: revokeKey,
    issue_vbank: issueAccount,
    revoke_vbank: revokeAccount,
    issue_receipt: issueReceipt,
    revoke_receipt: revokeReceipt,
  },

  lookUp: async () => ({ kind: 'unknown', why: 'NICE tells no amounts of a payment' }),
  receiptUrlOf: niceReceiptUrl,
} as const satisfies Gateway;
