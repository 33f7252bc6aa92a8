import type { Capabilities } from '../../port/capabilities.ts';
import { virtualAccountBanks } from '../nice/wire/codes.ts';
import { reasonRule } from '../nice/wire/text.ts';

/**
 * `revoked_by_us`: a receipt that was issued with a payment is cancelled together with it; one of POST /v1/receipt names no
 * payment. `issue_vbank` is undocumented: NICE publishes accounts from its payment window only, while i'mport names nice_v2
 * for POST /vbanks.
 */
export const niceV2Capabilities: Capabilities = {
  payMethods: {
    card: {
      operations: {
        pay_in_window: 'supported',
        approve_window: 'supported',
        issue_key: 'supported',
        charge_key: 'supported',
        revoke_key: 'supported',
        cancel: 'supported',
      },
      partialCancel: true,
      cancelWindow: { kind: 'months', months: 12 },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      undecidable: ['issue_key'],
      note: "NICE's own sandbox takes no partial cancels (U128); this one does.",
    },
    trans: {
      operations: {
        pay_in_window: 'supported',
        approve_window: 'supported',
        cancel: 'supported',
        issue_receipt: 'supported',
        revoke_receipt: 'supported',
        register_shipping: 'undocumented',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'revoked_by_us',
      undecidable: ['issue_receipt'],
      note: "Transfers are missing in NICE's table of what can be cancelled, and for how long.",
    },
    vbank: {
      operations: {
        issue_vbank: 'undocumented',
        pay_in_window: 'supported',
        approve_window: 'supported',
        revoke_vbank: 'supported',
        cancel: 'supported',
        issue_receipt: 'supported',
        revoke_receipt: 'supported',
        register_shipping: 'undocumented',
      },
      partialCancel: true,
      cancelWindow: { kind: 'days', days: 180 },
      refundAccount: 'required',
      receiptOnCancel: 'revoked_by_us',
      undecidable: ['issue_receipt'],
      note: 'Refunds are paid out on the next business day at 17:00.',
    },
    phone: {
      operations: { pay_in_window: 'supported', approve_window: 'supported', cancel: 'supported' },
      partialCancel: false,
      cancelWindow: { kind: 'same_month' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
    },
  },
  externalReceipts: {
    issue: 'supported',
    revoke: 'supported',
    required: ['identifier_type', 'type'],
    identifierTypes: ['person', 'business', 'phone'],
  },
  currencies: ['KRW'],
  reason: reasonRule,
  lookup: 'by_order_id',
  virtualAccountBanks,
  noticeSenders: ['121.133.126.86', '121.133.126.87'],
  /** Its table of what can be cancelled: before the buyer has decided, and after a refusal. */
  escrow: {
    register: ['sent_at'],
    change: null,
    cancel: { unshipped: true, shipped: true, confirmed: false, refused: true },
  },
  sources: [
    'nicepayments/nicepay-manual (api/cancel.md, api/payment-receipt.md, api/status-transaction.md, api/payment-subscribe.md, api/hook.md, common/)',
    'OpenAPI document of npm @nicepay/start-api-mcp',
    'PortOne documentation, nice_v2',
  ],
  sandboxTested: true,
  liveTested: false,
};
