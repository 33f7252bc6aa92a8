import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { virtualAccountBanks } from './wire/codes.ts';
import { reasonRule } from './wire/text.ts';

const giftCertificate: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
  partialCancel: false,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  note: 'Cancelled once: the ordinal of a certificate is always 001.',
};

/** Cash receipts are an API of Hecto's in a document of its own, which is not public. */
const receipts = { issue_receipt: 'undocumented', revoke_receipt: 'undocumented' } as const;

export const hectoCapabilities: Capabilities = {
  payMethods: {
    card: {
      operations: {
        approve: 'supported',
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        issue_key: 'supported',
        issue_key_in_window: 'supported',
        charge_key: 'supported',
        revoke_key: 'supported',
        cancel: 'supported',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      undecidable: ['issue_key', 'revoke_key'],
      note: 'Partial cancellation is a setting of the merchant, and so is a key from the window, which comes with a payment. US dollars for cards only.',
    },
    trans: {
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported', ...receipts },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'revoked_by_us',
    },
    vbank: {
      operations: {
        issue_vbank: 'supported',
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        revoke_vbank: 'supported',
        cancel: 'supported',
        ...receipts,
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      closedHours: { from: '23:30', until: '00:35' },
      refundAccount: 'required',
      receiptOnCancel: 'revoked_by_us',
      undecidable: ['issue_vbank'],
      note: 'A refund is taken first and paid out three to five days later; only for merchants with the refund service.',
    },
    phone: {
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      partialCancel: false,
      cancelWindow: { kind: 'same_month' },
      refundAccount: 'optional',
      receiptOnCancel: 'left_alone',
      note: 'After its month a payment can be refunded to an account (C1), for merchants with that service.',
    },
    point: {
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      note: '포인트다모아.',
    },
    cultureland: giftCertificate,
    smartculture: giftCertificate,
    booknlife: giftCertificate,
  },
  externalReceipts: { issue: 'undocumented', revoke: 'undocumented', required: ['identifier_type'] },
  currencies: ['KRW', 'USD'],
  reason: reasonRule,
  lookup: 'by_order_id',
  virtualAccountBanks,
  orderOptions: ['vbank_num'],
  noticeSenders: ['14.34.14.23', '61.252.169.24', '61.252.169.22'],
  sources: [
    'Hecto Financial, PG integration document (develop.sbsvc.online/16), as copied into HectoPG/developers.hectofinancial',
    'Official sample sources (Node, C#, JSP, ASP)',
    'PortOne documentation, settle',
  ],
  sandboxTested: true,
  liveTested: false,
};
