import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { bankCodesOfKftc } from './wire/codes.ts';
import { reasonRule } from './wire/text.ts';

const giftCertificate: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
  partialCancel: false,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
};

/** Receipts (CASHREC) and escrow exist at Kiwoom Pay; their fields are not public. */
const undocumented = {
  issue_receipt: 'undocumented',
  revoke_receipt: 'undocumented',
  register_shipping: 'undocumented',
} as const;

export const kiwoomCapabilities: Capabilities = {
  payMethods: {
    card: {
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      undecidable: ['partial_cancel'],
      note: 'KakaoPay and PAYCO take no tax-free part of a partial cancel.',
    },
    trans: {
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported', ...undocumented },
      partialCancel: false,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'required',
      receiptOnCancel: 'revoked_by_us',
      note: 'A transfer is refunded to an account that the caller names.',
    },
    vbank: {
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        revoke_vbank: 'supported',
        cancel: 'supported',
        ...undocumented,
      },
      partialCancel: false,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'required',
      receiptOnCancel: 'revoked_by_us',
      note: "Refunds need a contract and take seven business days and more. How they are asked for is in one public source only (a reseller's guide), as a whole.",
    },
    phone: {
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      partialCancel: false,
      cancelWindow: { kind: 'same_month' },
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
    },
    cultureland: { ...giftCertificate, partialCancel: true, undecidable: ['partial_cancel'] },
    booknlife: giftCertificate,
    smartculture: giftCertificate,
  },
  currencies: ['KRW'],
  reason: reasonRule,
  lookup: 'none',
  virtualAccountBanks: bankCodesOfKftc,
  noticeSenders: [...Array.from({ length: 10 }, (_, last) => `27.102.213.${200 + last}`), '123.140.121.205'],
  /** When Kiwoom Pay takes a cancel of an escrow payment is inferred. */
  escrow: {
    register: ['receiving_at', 'delivery_address', 'relationship'],
    change: ['receiving_at', 'delivery_address', 'relationship'],
    cancel: { unshipped: true, shipped: false, confirmed: true, refused: true },
  },
  sources: [
    "Kiwoom Pay's sample of a cancel in PHP, inside a public shop program; the same in JSP and Node",
    "A reseller's public documents (x-ordo/SeedreamGift), which quote Kiwoom Pay's manuals of cancels and notices",
    'PortOne documentation, daou',
  ],
  sandboxTested: true,
  liveTested: false,
};
