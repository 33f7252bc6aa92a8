import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';

const cancellable = {
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  undecidable: ['partial_cancel'],
} as const satisfies Partial<PayMethodCapabilities>;

const receipts = { issue_receipt: 'undocumented', revoke_receipt: 'undocumented' } as const;

export const mobiliansCapabilities: Capabilities = {
  payMethods: {
    card: {
      ...cancellable,
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      note: 'Mobilians has no test server for cards.',
    },
    trans: {
      ...cancellable,
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported', ...receipts },
    },
    vbank: {
      ...cancellable,
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        revoke_vbank: 'undocumented',
        cancel: 'supported',
        ...receipts,
      },
      refundAccount: 'required',
      note: 'Refunds are paid out on Thursdays; Mobilians tells of none by a notice.',
    },
    phone: {
      ...cancellable,
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        issue_key_in_window: 'supported',
        charge_key: 'supported',
        cancel: 'supported',
      },
      cancelWindow: { kind: 'same_month' },
      undecidable: ['charge_key', 'partial_cancel'],
      withoutInstalments: ['charge_key'],
      unauthenticated: ['charge_key'],
      note: 'A key comes with its first payment only, and is charged once a month, the same sum, within five days of that day; a charge whose answer was lost is never sent again. No call that deletes a key is public. That a payment is cancelled within its month only is the carriers’ rule; Mobilians publishes the refusal for it.',
    },
  },
  currencies: ['KRW'],
  // The request has no field for a reason.
  reason: null,
  lookup: 'none',
  sources: [
    "The gateway's own reference for MOBILPAY REST (cancellation, refund, HMAC, answers, window), in two dated versions",
    'Public shops of MOBILPAY REST',
    "PortOne's documentation of KG Mobilians, i'mport's manual of its phone payments, and its list of codes",
  ],
  sandboxTested: true,
  liveTested: false,
};
