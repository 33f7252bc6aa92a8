import type { Capabilities } from '../../port/capabilities.ts';
import { virtualAccountBanks } from './wire/codes.ts';

/**
 * `revoked_by_us`: a receipt that is issued by cash_receipt.jsp names no payment; nothing says that NICE takes it back with
 * one. The cancel windows are those that NICE publishes for its new API, and i'mport's rule for telephones.
 */
export const niceCapabilities: Capabilities = {
  payMethods: {
    card: {
      operations: { pay_in_window: 'supported', cancel: 'supported' },
      partialCancel: true,
      cancelWindow: { kind: 'months', months: 12 },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      undecidable: ['partial_cancel'],
      note: 'Partial cancels need a contract with NICE.',
    },
    trans: {
      operations: {
        pay_in_window: 'supported',
        cancel: 'supported',
        issue_receipt: 'supported',
        revoke_receipt: 'supported',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'revoked_by_us',
      undecidable: ['partial_cancel', 'issue_receipt', 'revoke_receipt'],
      note: 'No source says for how long transfers can be cancelled.',
    },
    vbank: {
      operations: {
        issue_vbank: 'supported',
        pay_in_window: 'supported',
        revoke_vbank: 'supported',
        cancel: 'supported',
        issue_receipt: 'supported',
        revoke_receipt: 'supported',
      },
      partialCancel: true,
      cancelWindow: { kind: 'days', days: 180 },
      refundAccount: 'required',
      receiptOnCancel: 'revoked_by_us',
      undecidable: ['issue_vbank', 'partial_cancel', 'issue_receipt', 'revoke_receipt'],
      note: 'Refunds are paid out on the next business day; partial ones need a contract.',
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
  virtualAccountBanks,
  noticeSenders: [
    '121.133.126.10',
    '121.133.126.11',
    '211.33.136.39',
    '121.133.126.83',
    '121.133.126.84',
    '121.133.126.85',
    '121.133.126.86',
    '121.133.126.87',
  ],
  sources: [
    'developers.nicepay.co.kr: manual-auth, manual-cancel, manual-virtual-account, manual-status, manual-noti, tip',
    'nicepayments/nicepay-manual, common/code.md (result codes, banks, card companies)',
    'public clients of cash_receipt.jsp',
  ],
  sandboxTested: true,
  liveTested: false,
};
