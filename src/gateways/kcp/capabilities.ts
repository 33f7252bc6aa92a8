import type { Capabilities } from '../../port/capabilities.ts';
import { reasonRule } from './wire/text.ts';

/**
 * What is `undocumented` here exists at KCP (its older connection module has it, and i'mport names KCP for it), but the
 * fields of KCP's present REST interface for it are not public.
 */
export const kcpCapabilities: Capabilities = {
  payMethods: {
    card: {
      operations: {
        approve: 'supported',
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        issue_key: 'undocumented',
        issue_key_in_window: 'supported',
        charge_key: 'supported',
        revoke_key: 'supported',
        cancel: 'supported',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      undecidable: ['approve', 'charge_key', 'revoke_key'],
      note: 'A payment by card number or key whose answer was lost is never sent again: KCP can not tell. Keys are registered in the window; how by card number is public for the older module only.',
    },
    trans: {
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        cancel: 'supported',
        issue_receipt: 'undocumented',
        revoke_receipt: 'undocumented',
        register_shipping: 'undocumented',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'revoked_by_us',
    },
    vbank: {
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        cancel: 'undocumented',
        issue_receipt: 'undocumented',
        revoke_receipt: 'undocumented',
        register_shipping: 'undocumented',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      lookup: 'none',
      refundAccount: 'required',
      receiptOnCancel: 'revoked_by_us',
      note: 'A refund needs a contract and is paid out on the next banking day. An account that waits cannot be revoked.',
    },
    point: {
      operations: { pay_from_wallet: 'undocumented', cancel: 'undocumented' },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      lookup: 'by_order_id',
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      note: 'Benepia welfare points (POST /benepia/payment). How KCP is asked for them is not public.',
    },
    phone: {
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      partialCancel: false,
      cancelWindow: { kind: 'same_month' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      note: 'Most telephone companies take no partial cancellation.',
    },
  },
  externalReceipts: { issue: 'undocumented', revoke: 'undocumented' },
  currencies: ['KRW'],
  reason: reasonRule,
  lookup: 'by_transaction_id',
  noticeSenders: [
    '203.238.36.58',
    '203.238.36.160',
    '203.238.36.161',
    '203.238.36.173',
    '203.238.36.178',
    '103.215.144.173',
    '103.215.144.174',
  ],
  /** When KCP takes a cancel of an escrow payment is inferred. */
  escrow: {
    register: ['sent_at'],
    change: null,
    cancel: { unshipped: true, shipped: false, confirmed: true, refused: true },
  },
  sources: [
    'developer.kcp.co.kr (cancel, inquery, keyin, webauto, refer/server)',
    "KCP's guide of the common notice in kcpTest/doc",
    'Clients of KCP’s REST interface in public repositories, among them the gateway of GnuCMS',
    'PortOne repository, error_code_doc/nhnkcp-code.xlsx',
  ],
  sandboxTested: true,
  liveTested: false,
};
