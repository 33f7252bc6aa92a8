import type { Capabilities } from '../../port/capabilities.ts';

const common = {
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  undecidable: ['partial_cancel'],
  // i'mport says that a receipt issued by its API stays when the payment is cancelled, and is revoked on its own.
  receiptOnCancel: 'left_alone',
} as const;

export const smartroV2Capabilities: Capabilities = {
  payMethods: {
    card: {
      ...common,
      operations: { pay_in_window: 'supported', cancel: 'supported' },
      refundAccount: 'none',
    },
    trans: {
      ...common,
      operations: {
        pay_in_window: 'supported',
        cancel: 'supported',
        issue_receipt: 'undocumented',
        revoke_receipt: 'undocumented',
      },
      refundAccount: 'required_with_tel',
      note: "i'mport asks for a refund account; Smartro's request has no field for one.",
    },
    vbank: {
      operations: {
        issue_vbank: 'undocumented',
        pay_in_window: 'supported',
        revoke_vbank: 'supported',
        cancel: 'undocumented',
        issue_receipt: 'undocumented',
        revoke_receipt: 'undocumented',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'required_with_tel',
      receiptOnCancel: 'left_alone',
      note: 'Refunds are taken first and paid out later; a notice tells of the result.',
    },
    phone: {
      operations: { pay_in_window: 'supported', cancel: 'supported' },
      partialCancel: false,
      cancelWindow: { kind: 'same_month' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
    },
  },
  currencies: ['KRW'],
  reasonLengthMax: 100,
  lookup: 'none',
  noticeSenders: ['211.193.35.215', '211.193.35.216', '211.193.35.217'],
  sources: [
    'manual.smartropay.co.kr (cancelModule, offCancelModule, retryModule, extraModule)',
    'Public clients of the cancel API',
    'PortOne documentation, smartro-v2',
  ],
  sandboxTested: true,
  liveTested: false,
};
