import type { Capabilities } from '../../port/capabilities.ts';
import { virtualAccountBanks } from './wire/codes.ts';
import { reasonRule } from './wire/text.ts';

/**
 * `revoked_by_us`: a receipt that is issued by cash_receipt.jsp names no payment; nothing says that NICE takes it back with
 * one. The cancel windows are those that NICE publishes for its new API, and i'mport's rule for telephones.
 */
export const niceCapabilities: Capabilities = {
  payMethods: {
    card: {
      operations: {
        approve: 'supported',
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        issue_key: 'supported',
        charge_key: 'supported',
        revoke_key: 'supported',
        cancel: 'supported',
      },
      partialCancel: true,
      cancelWindow: { kind: 'months', months: 12 },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      undecidable: ['partial_cancel', 'issue_key'],
      note: 'Partial cancels need a contract with NICE. Payment by card number and billing keys are known from public clients only, and have a MID of their own.',
    },
    trans: {
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
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
        approve_window: 'undocumented',
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
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      partialCancel: false,
      cancelWindow: { kind: 'same_month' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
    },
  },
  externalReceipts: { issue: 'supported', revoke: 'supported' },
  currencies: ['KRW'],
  reason: reasonRule,
  lookup: 'none',
  virtualAccountBanks,
  orderOptions: ['interest_free_by_merchant', 'use_card_point'],
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
    'public clients of cash_receipt.jsp, of the billing paths and of card_keyin.jsp',
  ],
  sandboxTested: true,
  liveTested: false,
};
