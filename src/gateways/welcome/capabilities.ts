import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { virtualAccountBanks } from './wire/codes.ts';

const cancellable = {
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
} as const satisfies Partial<PayMethodCapabilities>;

export const welcomeCapabilities: Capabilities = {
  payMethods: {
    card: {
      ...cancellable,
      operations: {
        approve: 'supported',
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        issue_key: 'supported',
        charge_key: 'supported',
        revoke_key: 'supported',
        cancel: 'supported',
      },
      undecidable: ['approve', 'issue_key', 'charge_key', 'revoke_key', 'partial_cancel'],
      note: 'Partial cancellation and billing keys are part of the contract. How card values are encrypted is known from public clients only. A payment by number or key whose answer was lost is never sent again.',
    },
    trans: {
      ...cancellable,
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        cancel: 'supported',
        issue_receipt: 'undocumented',
        revoke_receipt: 'undocumented',
        register_shipping: 'undocumented',
      },
      refundAccount: 'required_with_tel',
      undecidable: ['partial_cancel'],
      note: "i'mport asks for a refund account; Welcome's request has no field for one.",
    },
    vbank: {
      ...cancellable,
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
      refundAccount: 'required_with_tel',
      note: 'The public cancel request has no field for the account that a refund goes to.',
    },
    phone: {
      ...cancellable,
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      partialCancel: false,
      cancelWindow: { kind: 'same_month' },
    },
  },
  externalReceipts: {
    issue: 'undocumented',
    revoke: 'undocumented',
    required: ['type', 'buyer_tel', 'corp_reg_no', 'pay_method'],
  },
  currencies: ['KRW'],
  // The requests have no field for a reason.
  reason: null,
  lookup: 'none',
  virtualAccountBanks,
  orderOptions: ['interest_free_by_merchant'],
  // Those of the general notices; that deposits are told of from the same addresses is inferred.
  noticeSenders: ['118.129.171.152', '118.129.171.153'],
  /** A merchant cannot cancel unless the buyer has refused the goods. */
  escrow: {
    register: ['sent_at', 'party_name', 'party_tel', 'party_postcode', 'party_formed_address', 'products'],
    change: ['sent_at', 'products'],
    cancel: { unshipped: false, shipped: false, confirmed: false, refused: true },
  },
  sources: [
    "Welcome's manual, paywelcome.github.io (PAYAPI with billing keys, notices, codes, sample code)",
    'Two public clients of PAYAPI (encryption of a key-in)',
    'PortOne documentation, welcome',
  ],
  sandboxTested: true,
  liveTested: false,
};
