import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { reasonRule } from './wire/text.ts';

const wallet: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
  partialCancel: true,
  cancelWindow: { kind: 'days', days: 365 },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
};

/**
 * Keys are `card`, whatever the buyer has behind them in the wallet, which can change there from one payment to the next.
 * Instalments (`spreadOut` in public clients) are not sent: see the README.
 */
const card: PayMethodCapabilities = {
  ...wallet,
  operations: {
    ...wallet.operations,
    issue_key_in_window: 'supported',
    charge_key: 'supported',
    revoke_key: 'supported',
  },
  undecidable: ['charge_key'],
  withoutInstalments: ['charge_key'],
  note: 'A charge of a key whose answer was lost counts as soon as Toss Pay shows its order. It is never sent again.',
};

/** `card`: a card in the wallet. `point`: Toss money. */
export const tossPayCapabilities: Capabilities = {
  payMethods: { card, point: wallet },
  currencies: ['KRW'],
  reason: reasonRule,
  lookup: 'by_order_id',
  sources: [
    "Toss Pay's guide (docs-pay.toss.im, and tossdev.github.io before it): refunds, status, keys, states, HTTP statuses, error codes",
    'Public clients of pay.toss.im: answers of refunds, charges and keys',
    "Toss's guide for mini-apps: the fields of refunds and of the status, the sign of refunds in its list",
  ],
  sandboxTested: true,
  liveTested: false,
};
