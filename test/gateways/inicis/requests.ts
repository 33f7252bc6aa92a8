import type { Cancel } from '../../../src/port/cancel.ts';

export const tid = 'StdpayCARDINIpayTest20240306120000123456';
export const wellKnown: Cancel = {
  orderId: 'imp_123456789012',
  gatewayTid: tid,
  payMethod: 'card',
  currency: 'KRW',
  paymentAmountMinor: 10_000n,
  paymentTaxFreeMinor: 0n,
  madeAt: new Date('2024-03-06T12:00:00+09:00'),
  accountNumber: null,
  amountMinor: 3000n,
  taxFreeMinor: 0n,
  vatMinor: 0n,
  balanceBeforeMinor: 10_000n,
  ordinal: 1,
  earlierTids: [],
  reason: '단순 변심',
  refundAccount: null,
  requester: null,
};
export const refundAccount = { holder: '홍길동', bankCode: '088', accountNumber: '110123456789', tel: null };
export const whole = { amountMinor: 10_000n } as const;
/** What is left after somebody's 3,000 of 10,000, cancelled now. */
export const rest = { amountMinor: 7000n, balanceBeforeMinor: 7000n, ordinal: 2, earlierTids: ['first'] } as const;

/** A failure as INICIS answers it: the detailed code stands apart from the plain one. */
export const failure = (resultCode: string, detailResultCode: string, resultMsg = '문구') => ({
  resultCode,
  resultMsg,
  detailResultCode,
  cancelDate: '',
  cancelTime: '',
});
