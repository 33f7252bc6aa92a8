import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { virtualAccountBanks } from './wire/codes.ts';

const giftCertificate: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', cancel: 'supported' },
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
      operations: { approve: 'supported', pay_in_window: 'supported', cancel: 'supported' },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      note: 'Card companies may fail to cancel after a year.',
    },
    trans: {
      operations: {
        pay_in_window: 'supported',
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
      operations: { pay_in_window: 'supported', cancel: 'supported' },
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
  currencies: ['KRW'],
  reasonLengthMax: 200,
  lookup: 'by_order_id',
  virtualAccountBanks,
  sources: [
    'OpenAPI transcription kms0219kms/tosspayments-api-spec, version 2022-11-16',
    'docs.tosspayments.com/reference (error codes, idempotency keys)',
    'PortOne documentation, newtoss',
  ],
  sandboxTested: true,
  liveTested: false,
};
