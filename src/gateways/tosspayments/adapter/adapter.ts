import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import type { Lookup } from '../../../port/lookup.ts';
import { tossCapabilities } from '../capabilities.ts';
import { tossCodes } from '../wire/codes.ts';
import { gatewayPaymentOf } from './answers.ts';
import { tossCancel } from './cancel.ts';
import { tossKeyCharge, tossKeyIssue, tossKeyRevocation } from './keys.ts';
import { fetchPayment } from './lookup.ts';
import { tossNotices } from './notices.ts';
import { tossAccountIssue, tossAccountRevocation, tossApproval } from './payments.ts';
import { tossReceiptIssue, tossReceiptRevocation } from './receipts.ts';
import { listTossTransactions } from './transactions.ts';
import { tossWindowApproval } from './window-approval.ts';

/**
 * Toss Payments, core REST API. Our order id is the payment's id at i'mport; it names the payment at Toss until the
 * payment key is known. See the README of this folder for the protocol, its sources and what is inferred.
 */
export const tossGateway = {
  provider: 'tosspayments',
  capabilities: tossCapabilities,
  credentialsSchema: Type.Object({
    secretKey: Type.String({ pattern: '^(test|live)_g?sk_[A-Za-z0-9_]{8,100}$', description: 'Secret key' }),
  }),
  liveBaseUrl: 'https://api.tosspayments.com',
  // Its host is the same for both: the key alone decides whether money moves.
  testMarks: { key: { name: 'secretKey', test: /^test_/, live: /^live_/ } },
  codes: tossCodes,
  notices: tossNotices,

  operations: {
    approve: tossApproval,
    approve_window: tossWindowApproval,
    issue_key: tossKeyIssue,
    charge_key: tossKeyCharge,
    revoke_key: tossKeyRevocation,
    issue_vbank: tossAccountIssue,
    revoke_vbank: tossAccountRevocation,
    issue_receipt: tossReceiptIssue,
    revoke_receipt: tossReceiptRevocation,
    cancel: tossCancel,
  },

  listTransactions: listTossTransactions,

  async lookUp(call, reference): Promise<Lookup> {
    const found = await fetchPayment(call, reference);
    if (found.kind !== 'found') return found;
    const payment = gatewayPaymentOf(found.payment);
    return payment
      ? { kind: 'found', payment }
      : { kind: 'unknown', why: 'the payment is in a state that is not known' };
  },
} as const satisfies Gateway;
