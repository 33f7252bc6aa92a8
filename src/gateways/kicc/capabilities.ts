import type { Capabilities } from '../../port/capabilities.ts';
import { virtualAccountBanks } from './wire/codes.ts';
import { reasonRule } from './wire/text.ts';

export const kiccCapabilities: Capabilities = {
  payMethods: {
    card: {
      operations: {
        pay_in_window: 'supported',
        approve_window: 'supported',
        issue_key_in_window: 'supported',
        charge_key: 'supported',
        revoke_key: 'supported',
        cancel: 'supported',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      undecidable: ['approve_window', 'charge_key', 'revoke_key'],
      unauthenticated: ['approve_window', 'charge_key', 'revoke_key'],
      note: 'Keys are registered in the window only. An approval or a charge can be asked about today and yesterday, and sent again on its own day only.',
    },
    trans: {
      operations: {
        pay_in_window: 'supported',
        approve_window: 'supported',
        cancel: 'supported',
        issue_receipt: 'supported',
        revoke_receipt: 'supported',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      // One that was issued by itself names no payment; only one that was issued with the payment follows it.
      receiptOnCancel: 'revoked_by_us',
      undecidable: ['approve_window', 'issue_receipt'],
      unauthenticated: ['approve_window', 'issue_receipt'],
    },
    vbank: {
      operations: {
        pay_in_window: 'supported',
        approve_window: 'supported',
        revoke_vbank: 'supported',
        cancel: 'supported',
        issue_receipt: 'supported',
        revoke_receipt: 'supported',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'required',
      receiptOnCancel: 'revoked_by_us',
      undecidable: ['approve_window', 'issue_receipt'],
      unauthenticated: ['approve_window', 'issue_receipt'],
      note: 'Refunds are paid out on the next banking day and end by a notice; real-time refunds are another contract (refundService).',
    },
    phone: {
      operations: { pay_in_window: 'supported', approve_window: 'supported', cancel: 'supported' },
      partialCancel: true,
      cancelWindow: { kind: 'same_month' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      undecidable: ['approve_window'],
      unauthenticated: ['approve_window'],
    },
  },
  externalReceipts: { issue: 'supported', revoke: 'unsupported', required: ['identifier_type'] },
  currencies: ['KRW'],
  reason: reasonRule,
  // The status query asks for a request, of yesterday and today only, and tells no balance.
  lookup: 'none',
  virtualAccountBanks,
  noticeSenders: ['203.233.72.150', '203.233.72.151', '61.33.211.180'],
  sources: [
    'docs.kicc.co.kr, online payment (state of January 2026): cancel, refund, query-status, idempotency, webhook, cash receipts, billing, common codes',
    'Clients of it in public repositories',
  ],
  sandboxTested: true,
  liveTested: false,
};
