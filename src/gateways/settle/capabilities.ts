import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { virtualAccountBanks } from './wire/codes.ts';

const giftCertificate: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', cancel: 'supported' },
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
      operations: { approve: 'supported', pay_in_window: 'supported', cancel: 'supported' },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      note: 'Partial cancellation is a setting of the merchant. US dollars for cards only.',
    },
    trans: {
      operations: { pay_in_window: 'supported', cancel: 'supported', ...receipts },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'revoked_by_us',
    },
    vbank: {
      operations: {
        issue_vbank: 'supported',
        pay_in_window: 'supported',
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
      operations: { pay_in_window: 'supported', cancel: 'supported' },
      partialCancel: false,
      cancelWindow: { kind: 'same_month' },
      refundAccount: 'optional',
      receiptOnCancel: 'left_alone',
      note: 'After its month a payment can be refunded to an account (C1), for merchants with that service.',
    },
    point: {
      operations: { pay_in_window: 'supported', cancel: 'supported' },
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
  currencies: ['KRW', 'USD'],
  // 255 bytes of UTF-8, of which a Korean character takes three.
  reasonLengthMax: 85,
  lookup: 'by_order_id',
  virtualAccountBanks,
  noticeSenders: ['14.34.14.23', '61.252.169.24', '61.252.169.22'],
  sources: [
    'Hecto Financial, PG integration document (develop.sbsvc.online/16), as copied into HectoPG/developers.hectofinancial',
    'Official sample sources (Node, C#, JSP, ASP)',
    'PortOne documentation, settle',
  ],
  sandboxTested: true,
  liveTested: false,
};
