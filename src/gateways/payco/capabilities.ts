import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';

const wallet: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', cancel: 'supported' },
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  note: "No time limit of PAYCO's own is public. Some cards take no partial cancellation (partCancelPossibleYn).",
};

/** `card`: a card in the wallet. `point`: PAYCO points. */
export const paycoCapabilities: Capabilities = {
  payMethods: { card: wallet, point: wallet },
  currencies: ['KRW'],
  // No source gives the length of `requestMemo`.
  reasonLengthMax: 100,
  // The lookup wants the reservation's number, and says nothing of cancellations; see the README.
  lookup: 'none',
  sources: [
    "PAYCO's sample code (JSP, PHP, ASP copies): hosts, paths, fields, the guard against double partial cancellation",
    'Public clients: answers of an approval and a cancellation, code 1301, answer of the check before a cancellation',
  ],
  sandboxTested: true,
  liveTested: false,
};
