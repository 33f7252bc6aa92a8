import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { reasonRule } from './wire/text.ts';

const cancellable = {
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
} as const satisfies Partial<PayMethodCapabilities>;

const receipts = { issue_receipt: 'undocumented', revoke_receipt: 'undocumented' } as const;

export const jtnetCapabilities: Capabilities = {
  payMethods: {
    card: {
      ...cancellable,
      operations: {
        approve: 'supported',
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        cancel: 'supported',
      },
      undecidable: ['approve', 'partial_cancel'],
      note: 'tPay has no inquiry: a lost answer to an approval or to a partial cancellation stays open for a person.',
    },
    trans: {
      ...cancellable,
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported', ...receipts },
      undecidable: ['partial_cancel'],
    },
    vbank: {
      ...cancellable,
      operations: {
        issue_vbank: 'undocumented',
        revoke_vbank: 'undocumented',
        cancel: 'undocumented',
        ...receipts,
      },
      refundAccount: 'required',
    },
  },
  currencies: ['KRW'],
  reason: reasonRule,
  lookup: 'none',
  orderOptions: ['interest_free_by_merchant'],
  sources: [
    'Public shops and services of the tPay API that agree: payments, refunds',
    "Copies of JTNet's official PHP sample (window)",
    "i'mport's manual: one-time payments by API at JTNet",
  ],
  sandboxTested: true,
  liveTested: false,
};
