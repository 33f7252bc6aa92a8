import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';

const sixMonths = { kind: 'months', months: 6 } as const;
const partialCancelsMax = 9;
const receipts = { issue_receipt: 'undocumented', revoke_receipt: 'undocumented' } as const;

/** KSNET leaves a cash receipt as it is when its payment is cancelled; the merchant cancels it and issues another one. */
const transfer: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', cancel: 'supported', ...receipts },
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
      operations: { approve: 'supported', pay_in_window: 'supported', cancel: 'supported' },
      partialCancel: true,
      partialCancelsMax,
      cancelWindow: sixMonths,
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      undecidable: ['approve', 'partial_cancel'],
      note: 'KSNET has no inquiry: a lost answer to an approval or to a partial cancellation stays open for a person.',
    },
    trans: transfer,
    vbank: {
      operations: {
        issue_vbank: 'undocumented',
        pay_in_window: 'supported',
        revoke_vbank: 'undocumented',
        cancel: 'undocumented',
        ...receipts,
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
      operations: { pay_in_window: 'supported', cancel: 'undocumented' },
      partialCancel: false,
      cancelWindow: { kind: 'same_month' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
    },
  },
  currencies: ['KRW'],
  // A cancel has no field for a reason.
  reasonLengthMax: 0,
  lookup: 'none',
  sources: [
    'paydev.ksnet.co.kr/kspay/webfep/doc, API Specification (and its Markdown source): cards and transfers',
    'Public transcription of the code table of KSPAY',
    'PortOne documentation, ksnet (limits, closed hours, receipts, key-in without verification)',
  ],
  sandboxTested: true,
  liveTested: false,
};
