import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';

const sixMonths = { kind: 'months', months: 6 } as const;
const partialCancelsMax = 9;
const undocumented = {
  issue_receipt: 'undocumented',
  revoke_receipt: 'undocumented',
  register_shipping: 'undocumented',
} as const;

/** KSNET leaves a cash receipt as it is when its payment is cancelled; the merchant cancels it and issues another one. */
const transfer: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported', ...undocumented },
  partialCancel: true,
  partialCancelsMax,
  cancelWindow: sixMonths,
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  undecidable: ['partial_cancel'],
  note: 'Some agencies of transfers take cancellations for three months only.',
};

export const ksnetCapabilities: Capabilities = {
  payMethods: {
    card: {
      operations: {
        approve: 'supported',
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        issue_key: 'supported',
        charge_key: 'supported',
        cancel: 'supported',
      },
      partialCancel: true,
      partialCancelsMax,
      cancelWindow: sixMonths,
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      undecidable: ['approve', 'issue_key', 'charge_key', 'partial_cancel'],
      note: "KSNET has no inquiry: a lost answer to an approval, a charge or a partial cancellation stays open for a person. Billing keys are known from one shop's program only, and not how KSNET deletes them.",
    },
    trans: transfer,
    vbank: {
      operations: {
        issue_vbank: 'undocumented',
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        revoke_vbank: 'undocumented',
        cancel: 'undocumented',
        ...undocumented,
      },
      partialCancel: true,
      partialCancelsMax,
      cancelWindow: sixMonths,
      closedHours: { from: '23:00', until: '06:00' },
      refundAccount: 'required',
      receiptOnCancel: 'left_alone',
      note: 'Refunds need a contract of their own.',
    },
    phone: {
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'undocumented' },
      partialCancel: false,
      cancelWindow: { kind: 'same_month' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
    },
  },
  externalReceipts: { issue: 'undocumented', revoke: 'undocumented', required: ['buyer_name', 'product_type'] },
  currencies: ['KRW'],
  // A cancel has no field for a reason.
  reason: null,
  lookup: 'none',
  /** When KSNET takes a cancel of an escrow payment is inferred. */
  escrow: {
    register: ['sent_at'],
    change: ['sent_at'],
    cancel: { unshipped: true, shipped: false, confirmed: true, refused: true },
  },
  sources: [
    'paydev.ksnet.co.kr/kspay/webfep/doc, API Specification (and its Markdown source): cards and transfers',
    "A shop's public program (WalletService): billing keys",
    'Public transcription of the code table of KSPAY',
    'PortOne documentation, ksnet (limits, closed hours, receipts, key-in without verification)',
  ],
  sandboxTested: true,
  liveTested: false,
};
