import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { reasonRule } from './wire/text.ts';

const wallet: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', approve_window: 'supported', cancel: 'supported' },
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  note: 'Naver Pay has a deadline for cancelling (CancelDeadlineExpired); how long it is is not public.',
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
  undecidable: ['charge_key'],
  withoutInstalments: ['charge_key'],
};

/** Payments of the order-less kind (결제형). `card`: a card in the wallet. `point`: points and money of Naver Pay. */
export const naverCapabilities: Capabilities = {
  payMethods: { card, point: wallet },
  currencies: ['KRW'],
  reason: reasonRule,
  lookup: 'by_transaction_id',
  sources: [
    'developers.pay.naver.com, common guide: authentication headers, form of the addresses',
    'Public clients of the payment API: fields, answers, history, their transcriptions of the result codes, and recurrent payments',
    'PortOne, Naver Pay guide: requester and reason of a cancellation',
  ],
  sandboxTested: true,
  liveTested: false,
};
