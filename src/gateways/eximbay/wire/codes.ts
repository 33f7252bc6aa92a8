import type { PayMethod } from '../../../port/payment.ts';

/** `paymethod` of what a buyer has paid with; each of the card brands is a card. */
export const payMethodCodes: Readonly<Partial<Record<PayMethod, string>>> = {
  card: 'P101',
  paypal: 'P001',
  unionpay: 'P002',
  alipay: 'P003',
};

/** Those of its manual (a public client's copy of its appendix A) that are known here. */
export const eximbayCurrencies = ['KRW', 'USD', 'EUR', 'GBP', 'JPY', 'THB', 'SGD', 'HKD', 'CAD', 'AUD'] as const;

export const succeeded = '0000';
