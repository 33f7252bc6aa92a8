import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { eximbayCurrencies } from './wire/codes.ts';
import { reasonRule } from './wire/text.ts';

const abroad: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  note: 'Amounts are of the payment’s own currency. Payments at convenience stores abroad are not taken.',
};

export const eximbayCapabilities: Capabilities = {
  payMethods: { card: abroad, paypal: abroad, unionpay: abroad, alipay: abroad },
  currencies: eximbayCurrencies,
  reason: reasonRule,
  lookup: 'by_transaction_id',
  sources: [
    "Eximbay's own sample project (Open API, verified answers), and copies of its official comments in public shops",
    'Public clients of DirectProcessor: QUERY, REFUND, fgkey, recorded answers, the list of currencies',
    'PortOne documentation, eximbay',
  ],
  sandboxTested: true,
  liveTested: false,
};
