import type { Capabilities } from '../../port/capabilities.ts';

/**
 * What is `undocumented` here exists at KCP (its older connection module has it, and i'mport names KCP for it), but the
 * fields of KCP's present REST interface for it are not public.
 */
export const kcpCapabilities: Capabilities = {
  payMethods: {
    card: {
      operations: { pay_in_window: 'supported', cancel: 'supported' },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      note: 'Payment by card number exists at KCP; how it is asked for is not public.',
    },
    trans: {
      operations: {
        pay_in_window: 'supported',
        cancel: 'supported',
        issue_receipt: 'undocumented',
        revoke_receipt: 'undocumented',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'revoked_by_us',
    },
    vbank: {
      operations: {
        pay_in_window: 'supported',
        cancel: 'undocumented',
        issue_receipt: 'undocumented',
        revoke_receipt: 'undocumented',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      lookup: 'none',
      refundAccount: 'required',
      receiptOnCancel: 'revoked_by_us',
      note: 'A refund needs a contract and is paid out on the next banking day. An account that waits cannot be revoked.',
    },
    phone: {
      operations: { pay_in_window: 'supported', cancel: 'supported' },
      partialCancel: false,
      cancelWindow: { kind: 'same_month' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      note: 'Most telephone companies take no partial cancellation.',
    },
  },
  currencies: ['KRW'],
  // In bytes of UTF-8.
  reasonLengthMax: 100,
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
  sources: [
    'developer.kcp.co.kr (cancel, inquery, refer/server)',
    "KCP's guide of the common notice in kcpTest/doc",
    'Clients of KCP’s REST interface in public repositories, among them the gateway of GnuCMS',
    'PortOne repository, error_code_doc/nhnkcp-code.xlsx',
  ],
  sandboxTested: true,
  liveTested: false,
};
