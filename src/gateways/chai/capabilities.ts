import type { Capabilities } from '../../port/capabilities.ts';

/** `trans`: what is paid comes from the buyer's bank account, and i'mport calls Chai's payments so. */
export const chaiCapabilities: Capabilities = {
  payMethods: {
    trans: {
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      note: "No time limit of Chai's own is public. How recurring payments are charged and ended is not public: no keys.",
    },
  },
  currencies: ['KRW'],
  // A cancellation has no field for a reason.
  reason: null,
  lookup: 'by_transaction_id',
  sources: [
    "A shop's modules for Chai (ASP, in public repositories): hosts, headers, cancellation in full and in part, the guard, the form of errors",
    "I'mport's Android SDK: reading a payment, its fields with an example, its states",
    "I'mport's manual of recurring payments at Chai: the pay method",
  ],
  sandboxTested: true,
  liveTested: false,
};
