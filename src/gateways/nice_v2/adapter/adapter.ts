import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import type { Lookup } from '../../../port/lookup.ts';
import { niceCodes } from '../../nice/wire/codes.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { niceV2Capabilities } from '../capabilities.ts';
import { revokeAccount } from './accounts.ts';
import { gatewayPaymentOf } from './answers.ts';
import { cancel } from './cancel.ts';
import { chargeKey, issueKey, revokeKey } from './keys.ts';
import { fetchPayment } from './lookup.ts';
import { niceV2Notices } from './notices.ts';
import { issueReceipt, revokeReceipt } from './receipts.ts';
import { niceV2WindowApproval } from './window-approval.ts';

/** i'mport issues accounts, and registers the shipping of escrow payments, at NICE by ways that NICE does not publish. */
const standIn = createStandIn({ secretOf: ({ secretKey }) => secretKey ?? '' });

/**
 * NICE Payments, the new API of client key and secret key (start.nicepay.co.kr). See the README of this folder for the
 * protocol, its sources and what is inferred.
 */
export const niceV2Gateway = {
  provider: 'nice_v2',
  capabilities: niceV2Capabilities,
  credentialsSchema: Type.Object({
    clientKey: Type.String({ pattern: '^[A-Za-z0-9_]{16,100}$', description: 'Client key' }),
    secretKey: Type.String({ pattern: '^[A-Za-z0-9_]{16,100}$', description: 'Secret key' }),
  }),
  liveBaseUrl: 'https://api.nicepay.co.kr',
  codes: niceCodes,
  notices: niceV2Notices,

  operations: {
    approve_window: niceV2WindowApproval,
    issue_vbank: standIn.operations.issue_vbank,
    revoke_vbank: revokeAccount,
    cancel,
    issue_key: issueKey,
    charge_key: chargeKey,
    revoke_key: revokeKey,
    issue_receipt: issueReceipt,
    revoke_receipt: revokeReceipt,
    register_shipping: standIn.operations.register_shipping,
  },

  async lookUp(call, reference): Promise<Lookup> {
    const found = await fetchPayment(call, reference);
    if (found.kind !== 'found') return found;
    const payment = gatewayPaymentOf(found.payment);
    return payment
      ? { kind: 'found', payment }
      : { kind: 'unknown', why: 'the payment is of a kind that is not known' };
  },
} as const satisfies Gateway;
