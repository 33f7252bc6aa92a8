import type { Capabilities } from '../../port/capabilities.ts';
import { paypalCurrencies } from './wire/money.ts';
import { noteRule } from './wire/text.ts';

export const paypalCapabilities: Capabilities = {
  payMethods: {
    paypal: {
      operations: { pay_in_window: 'supported', approve_window: 'supported', cancel: 'supported' },
      partialCancel: true,
      cancelWindow: { kind: 'days', days: 180 },
      refundAccount: 'none',
      // A refund may stay pending: i'mport shows it then as not yet cancelled, and tells of its end by a webhook.
      acceptedRefund: 'pending',
      receiptOnCancel: 'left_alone',
      note: 'Amounts are of the payment’s own currency; won is none of PayPal’s.',
    },
  },
  currencies: paypalCurrencies,
  reason: noteRule,
  lookup: 'by_transaction_id',
  sources: [
    "PayPal's own OpenAPI descriptions: payments_payment_v2, checkout_orders_v2 (refund, capture, order, their errors)",
    "PortOne's documentation of PayPal: a refund that stays pending, and how its end is told",
  ],
  sandboxTested: true,
  liveTested: false,
};
