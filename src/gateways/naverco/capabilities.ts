import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { standInReasonRule } from '../stand-in/wire/protocol.ts';

const ordered: PayMethodCapabilities = {
  operations: { pay_in_window: 'undocumented', approve_window: 'undocumented', cancel: 'undocumented' },
  // In parts it is refunded by product order, and not by amount.
  partialCancel: false,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  note: "Sandbox only, over a stand-in protocol; Naver's order API is not public. In part it is refunded by product order (`/payments/{imp_uid}/naver/…`).",
};

/** Orders in Naver's own window (주문형). `card`: a card. `point`: points and money of Naver Pay. */
export const navercoCapabilities: Capabilities = {
  payMethods: { card: ordered, point: ordered },
  currencies: ['KRW'],
  reason: standInReasonRule,
  lookup: 'by_order_id',
  sources: [
    'PortOne V1 OpenAPI, /payments/{imp_uid}/naver/… (the side of the API)',
    "Public shops on Naver's order API: what is allowed in which state, and some of its texts",
  ],
  sandboxTested: true,
  liveTested: false,
};
