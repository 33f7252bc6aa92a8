import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { memoRule } from './wire/text.ts';

const wallet: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  note: "No time limit of PAYCO's own is public. Some cards take no partial cancellation (partCancelPossibleYn).",
};

/** Keys are `card`, whatever the buyer has behind them in the wallet, which can change there from one payment to the next. */
const card: PayMethodCapabilities = {
  ...wallet,
  operations: {
    ...wallet.operations,
    issue_key_in_window: 'supported',
    charge_key: 'supported',
    revoke_key: 'supported',
  },
  undecidable: ['charge_key', 'revoke_key'],
  withoutInstalments: ['charge_key'],
  note: `${wallet.note} A charge of a key whose answer was lost is never sent again: PAYCO can not tell.`,
};

/** `card`: a card in the wallet. `point`: PAYCO points. */
export const paycoCapabilities: Capabilities = {
  payMethods: { card, point: wallet },
  currencies: ['KRW'],
  reason: memoRule,
  // The lookup wants the reservation's number, and says nothing of cancellations; see the README.
  lookup: 'none',
  sources: [
    "PAYCO's sample code (JSP, PHP, ASP copies): hosts, paths, fields, the guard against double partial cancellation, keys (autoPayment)",
    'Public clients: answers of an approval and a cancellation, code 1301, answer of the check before a cancellation',
  ],
  sandboxTested: true,
  liveTested: false,
};
