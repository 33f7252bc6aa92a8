import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { standInReasonRule } from '../stand-in/wire/protocol.ts';

/** Which limits Blue Walnut has (parts, time, accounts) is not public either: these are the stand-in's. */
const ofWindow: PayMethodCapabilities = {
  operations: { pay_in_window: 'undocumented', approve_window: 'undocumented', cancel: 'undocumented' },
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  note: "Sandbox only, over a stand-in protocol: Blue Walnut's own is not public, nor are its limits.",
};

/** The pay methods of its window, by PortOne's documentation, which has no recurring payments for it. */
export const bluewalnutCapabilities: Capabilities = {
  payMethods: {
    card: ofWindow,
    trans: ofWindow,
    vbank: { ...ofWindow, refundAccount: 'required' },
    phone: { ...ofWindow, partialCancel: false },
  },
  currencies: ['KRW'],
  reason: standInReasonRule,
  lookup: 'by_order_id',
  sources: [
    'PortOne documentation, bluewalnut: pay methods of the window (nothing public of the side of the gateway)',
    'Public clients: the names of the window pages and of the hash of the window',
  ],
  sandboxTested: true,
  liveTested: false,
};
