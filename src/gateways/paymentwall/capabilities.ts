import type { Capabilities } from '../../port/capabilities.ts';
import { paymentwallCurrencies } from './wire/charge.ts';

export const paymentwallCapabilities: Capabilities = {
  payMethods: {
    card: {
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      partialCancel: false,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      note: "Brick, in full only; that i'mport's channels are Brick's is inferred. Amounts are of the payment’s own currency. No time limit is public. No keys.",
    },
  },
  currencies: paymentwallCurrencies,
  // A refund has no field for a reason.
  reason: null,
  lookup: 'by_transaction_id',
  sources: [
    "Paymentwall's own documentation (paymentwall.github.io): Brick's charge, refund, error codes, currencies; delivery confirmation",
    "PortOne's documentation of paymentwall, and i'mport's API: the delivery confirmation",
  ],
  sandboxTested: true,
  liveTested: false,
};
