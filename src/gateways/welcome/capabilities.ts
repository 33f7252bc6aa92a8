import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { virtualAccountBanks } from './wire/codes.ts';

const cancellable = {
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
} as const satisfies Partial<PayMethodCapabilities>;

export const welcomeCapabilities: Capabilities = {
  payMethods: {
    card: {
      ...cancellable,
      operations: { approve: 'supported', pay_in_window: 'supported', cancel: 'supported' },
      undecidable: ['approve', 'partial_cancel'],
      note: 'Partial cancellation is part of the contract. How a key-in is encrypted is known from public clients only.',
    },
    trans: {
      ...cancellable,
      operations: {
        pay_in_window: 'supported',
        cancel: 'supported',
        issue_receipt: 'undocumented',
        revoke_receipt: 'undocumented',
      },
      refundAccount: 'required_with_tel',
      undecidable: ['partial_cancel'],
      note: "i'mport asks for a refund account; Welcome's request has no field for one.",
    },
    vbank: {
      ...cancellable,
      operations: {
        issue_vbank: 'undocumented',
        pay_in_window: 'supported',
        revoke_vbank: 'supported',
        cancel: 'undocumented',
        issue_receipt: 'undocumented',
        revoke_receipt: 'undocumented',
      },
      refundAccount: 'required_with_tel',
      note: 'The public cancel request has no field for the account that a refund goes to.',
    },
    phone: {
      ...cancellable,
      operations: { pay_in_window: 'supported', cancel: 'supported' },
      partialCancel: false,
      cancelWindow: { kind: 'same_month' },
    },
  },
  currencies: ['KRW'],
  // The requests have no field for a reason.
  reasonLengthMax: 0,
  lookup: 'none',
  virtualAccountBanks,
  // Those of the general notices; that deposits are told of from the same addresses is inferred.
  noticeSenders: ['118.129.171.152', '118.129.171.153'],
  sources: [
    "Welcome's manual, paywelcome.github.io (PAYAPI, notices, codes, sample code)",
    'Two public clients of PAYAPI (encryption of a key-in)',
    'PortOne documentation, welcome',
  ],
  sandboxTested: true,
  liveTested: false,
};
