import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';

const wallet: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', cancel: 'supported' },
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  note: 'Naver Pay has a deadline for cancelling (CancelDeadlineExpired); how long it is is not public.',
};

/** Payments of the order-less kind (결제형). `card`: a card in the wallet. `point`: points and money of Naver Pay. */
export const naverCapabilities: Capabilities = {
  payMethods: { card: wallet, point: wallet },
  currencies: ['KRW'],
  // 256 bytes of UTF-8: three for a Hangul syllable.
  reasonLengthMax: 85,
  lookup: 'by_transaction_id',
  sources: [
    'developers.pay.naver.com, common guide: authentication headers, form of the addresses',
    'Public clients of the payment API: fields, answers, history, and their transcriptions of the result codes',
    'PortOne, Naver Pay guide: requester and reason of a cancellation',
  ],
  sandboxTested: true,
  liveTested: false,
};
