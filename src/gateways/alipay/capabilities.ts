import type { Capabilities } from '../../port/capabilities.ts';
import { alipayCurrencies } from './wire/protocol.ts';
import { reasonRule } from './wire/text.ts';

/** `alipay`: i'mport has a name of its own for this wallet, as it has `paypal`, and Alipay tells neither a card nor points. */
export const alipayCapabilities: Capabilities = {
  payMethods: {
    alipay: {
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      note: 'For merchants with a contract for the older interface for web shops (mapi, forex_refund) only; that i’mport’s channel is of that one is inferred. How long refunds are taken is in the contract. Amounts are of the payment’s own currency. A refund is taken first, and asked for until it has ended. No keys: i’mport offers none here.',
    },
  },
  currencies: alipayCurrencies,
  reason: reasonRule,
  lookup: 'by_order_id',
  sources: [
    'docs.antom.com: forex_refund, single_trade_query, alipay.acquire.refund.query, Implementing error handling (a refund’s id)',
    'Public clients of mapi: the signature with recorded vectors, recorded answers, error codes',
  ],
  sandboxTested: true,
  liveTested: false,
};
