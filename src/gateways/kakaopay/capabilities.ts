import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';

const wallet: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', approve_window: 'supported', cancel: 'supported' },
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  note: "No time limit of Kakao Pay's own is public; card companies may have one.",
};

/**
 * Keys (SID) are `card`, whatever the buyer has behind them in the wallet, which can change there from one payment to the
 * next.
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
  note: `${wallet.note} A charge of a key whose answer was lost is never sent again: Kakao Pay can not tell.`,
};

/** `card`: a card in the wallet. `point`: Kakao Pay money, which i'mport calls so. */
export const kakaoCapabilities: Capabilities = {
  payMethods: { card, point: wallet },
  currencies: ['KRW'],
  // A cancellation has no field for a reason; `payload` names the operation instead.
  reason: null,
  lookup: 'by_transaction_id',
  sources: [
    "developers.kakao.com, Kakao Pay's former API: fields of cancellation and order lookup, and how VAT is computed",
    'Public clients of the open API (open-api.kakaopay.com): host, authorization, forms of answers and of errors, and its subscription keys (SID)',
    'PortOne, error sheet of Kakao Pay (2018, former API)',
  ],
  sandboxTested: true,
  liveTested: false,
};
