import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { virtualAccountBanks } from './wire/codes.ts';
import { reasonRule } from './wire/text.ts';

const giftCertificate: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', approve_window: 'supported', cancel: 'supported' },
  partialCancel: false,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  note: 'Full cancellation only.',
};

/**
 * `revoked_by_us`: Toss cancels a receipt together with its payment when it was issued with the payment. Nothing public
 * says that one issued by POST /v1/cash-receipts is linked to a payment at all (the call names no payment), so the
 * server sends its own receipt cancellation after a cancellation.
 */
export const tossCapabilities: Capabilities = {
  payMethods: {
    card: {
      operations: {
        approve: 'supported',
        pay_in_window: 'supported',
        approve_window: 'supported',
        issue_key: 'supported',
        issue_key_in_window: 'supported',
        charge_key: 'supported',
        revoke_key: 'supported',
        cancel: 'supported',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      undecidable: ['issue_key'],
      note: 'Card companies may fail to cancel after a year. Registering a card by its number is closed to new contracts; the window registers without a payment.',
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
      cancelWindow: { kind: 'days', days: 180 },
      refundAccount: 'none',
      receiptOnCancel: 'revoked_by_us',
    },
    vbank: {
      operations: {
        issue_vbank: 'supported',
        pay_in_window: 'supported',
        approve_window: 'supported',
        revoke_vbank: 'supported',
        cancel: 'supported',
        issue_receipt: 'supported',
        revoke_receipt: 'supported',
      },
      partialCancel: true,
      cancelWindow: { kind: 'days', days: 365 },
      refundAccount: 'required',
      receiptOnCancel: 'revoked_by_us',
      note: 'Refunds are paid out two business days after the cancellation.',
    },
    phone: {
      operations: { pay_in_window: 'supported', approve_window: 'supported', cancel: 'supported' },
      partialCancel: true,
      cancelWindow: { kind: 'same_month' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      note: 'That partial cancellation works is inferred; isPartialCancelable of the payment decides.',
    },
    cultureland: giftCertificate,
    booknlife: giftCertificate,
    smartculture: giftCertificate,
  },
  externalReceipts: { issue: 'supported', revoke: 'supported' },
  currencies: ['KRW'],
  reason: reasonRule,
  lookup: 'by_order_id',
  virtualAccountBanks,
  orderOptions: ['interest_free_by_merchant', 'vbank_key'],
  sources: [
    'OpenAPI transcription kms0219kms/tosspayments-api-spec, version 2022-11-16',
    'docs.tosspayments.com/reference (error codes, idempotency keys)',
    'docs.tosspayments.com/reference/release-note (versions of the API)',
    'PortOne documentation, newtoss',
  ],
  sandboxTested: true,
  liveTested: false,
};
