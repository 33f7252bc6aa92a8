import type { Capabilities } from '../../port/capabilities.ts';
import { reasonRule } from './wire/cancel.ts';

const common = {
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  undecidable: ['partial_cancel'],
  receiptOnCancel: 'left_alone',
} as const;

/** The old SmilePay module. i'mport's API neither issues accounts nor revokes receipts with it. */
export const smartroCapabilities: Capabilities = {
  payMethods: {
    card: {
      ...common,
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        issue_key: 'undocumented',
        charge_key: 'undocumented',
        revoke_key: 'undocumented',
        cancel: 'supported',
      },
      refundAccount: 'none',
    },
    trans: {
      ...common,
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        cancel: 'supported',
        issue_receipt: 'undocumented',
      },
      refundAccount: 'none',
    },
    vbank: {
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        revoke_vbank: 'supported',
        cancel: 'undocumented',
        issue_receipt: 'undocumented',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'required_with_tel',
      receiptOnCancel: 'left_alone',
      note: 'The fields of a refund to an account are not public.',
    },
  },
  currencies: ['KRW'],
  reason: reasonRule,
  lookup: 'none',
  noticeSenders: ['211.193.35.215', '211.193.35.216', '211.193.35.217'],
  sources: [
    "Smartro's SmilePay cancellation sample (URL call, 2018-03-19)",
    'manual.smartropay.co.kr',
    'PortOne documentation, smartro',
  ],
  sandboxTested: true,
  liveTested: false,
};
