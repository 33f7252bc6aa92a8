import type { Capabilities } from '../../port/capabilities.ts';
import { reasonRule } from './wire/cancel.ts';

const common = {
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  undecidable: ['partial_cancel'],
  // i'mport says that a receipt issued by its API stays when the payment is cancelled, and is revoked on its own.
  receiptOnCancel: 'left_alone',
} as const;

export const smartroV2Capabilities: Capabilities = {
  payMethods: {
    card: {
      ...common,
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        issue_key: 'undocumented',
        issue_key_in_window: 'supported',
        charge_key: 'supported',
        revoke_key: 'undocumented',
        cancel: 'supported',
      },
      undecidable: [...common.undecidable, 'charge_key'],
      refundAccount: 'none',
      note: 'A charge of a key whose answer was lost is never sent again: Smartro can not tell. Where cards are registered by number, and keys deleted, is not public.',
    },
    trans: {
      ...common,
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        cancel: 'supported',
        issue_receipt: 'undocumented',
        revoke_receipt: 'undocumented',
        register_shipping: 'undocumented',
      },
      refundAccount: 'required_with_tel',
      note: "i'mport asks for a refund account; Smartro's request has no field for one.",
    },
    vbank: {
      operations: {
        issue_vbank: 'undocumented',
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        revoke_vbank: 'supported',
        cancel: 'undocumented',
        issue_receipt: 'undocumented',
        revoke_receipt: 'undocumented',
        register_shipping: 'undocumented',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'required_with_tel',
      // i'mport tells the shop to wait for the webhook.
      acceptedRefund: 'pending',
      receiptOnCancel: 'left_alone',
      note: 'Refunds are taken first and paid out later; a notice tells of the result.',
    },
    phone: {
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      partialCancel: false,
      cancelWindow: { kind: 'same_month' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
    },
  },
  externalReceipts: {
    issue: 'undocumented',
    revoke: 'undocumented',
    required: ['type', 'buyer_name', 'buyer_tel'],
    plainOrderNumbers: true,
  },
  currencies: ['KRW'],
  reason: reasonRule,
  lookup: 'none',
  orderOptions: ['vbank_num'],
  noticeSenders: ['211.193.35.215', '211.193.35.216', '211.193.35.217'],
  /** When Smartro takes a cancel of an escrow payment is inferred. */
  escrow: {
    register: ['sent_at', 'party_name', 'party_tel', 'party_postcode', 'party_formed_address'],
    change: ['sent_at'],
    cancel: { unshipped: true, shipped: false, confirmed: true, refused: true },
  },
  sources: [
    'manual.smartropay.co.kr (cancelModule, offCancelModule, retryModule, extraModule, billModule)',
    'Public clients of the cancel API, and of payments by key (ssbbill)',
    'PortOne documentation, smartro-v2',
  ],
  sandboxTested: true,
  liveTested: false,
};
