import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { standInReasonRule } from '../stand-in/wire/protocol.ts';

const wallet: PayMethodCapabilities = {
  operations: { pay_from_wallet: 'undocumented', cancel: 'undocumented' },
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
};

/** `point`: prepaid money of a member. `card`: a card whose owner has agreed to automatic payments. */
export const kcpQuickCapabilities: Capabilities = {
  payMethods: {
    point: { ...wallet, note: 'Prepaid money (POST /kcpquick/payment/money); a refund goes back to it.' },
    card: { ...wallet, note: 'By a key for automatic payments (POST /kcpquick/payment/autopay).' },
  },
  currencies: ['KRW'],
  reason: standInReasonRule,
  lookup: 'by_order_id',
  sources: ['PortOne V1 OpenAPI and documentation, /kcpquick (the side of the API; nothing public of the side of KCP)'],
  sandboxTested: true,
  liveTested: false,
};
