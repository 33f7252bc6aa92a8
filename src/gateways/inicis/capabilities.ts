import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';

/** `revoked_by_us`: INICIS takes a receipt back only when it was issued with the payment; ours names no payment. */
const account = { receiptOnCancel: 'revoked_by_us', partialCancel: true } as const;

const vbank: PayMethodCapabilities = {
  ...account,
  operations: {
    issue_vbank: 'supported',
    pay_in_window: 'supported',
    revoke_vbank: 'supported',
    cancel: 'supported',
    issue_receipt: 'supported',
    revoke_receipt: 'supported',
  },
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'required',
  undecidable: ['issue_vbank', 'issue_receipt', 'partial_cancel'],
  note: 'Issue and revocation want the INIAPI key with each call (pg_api_key). Refunds need a contract of their own. A receipt can only be revoked as a whole.',
};

const trans: PayMethodCapabilities = {
  ...account,
  operations: {
    pay_in_window: 'supported',
    cancel: 'supported',
    issue_receipt: 'supported',
    revoke_receipt: 'supported',
  },
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  undecidable: ['issue_receipt', 'partial_cancel'],
  note: 'A receipt can only be revoked as a whole.',
};

const card: PayMethodCapabilities = {
  operations: { pay_in_window: 'supported', cancel: 'supported' },
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  undecidable: ['partial_cancel'],
  note: 'Card companies have limits of their own, in time and in the number of partial cancels.',
};

/** The same for both modules: they differ in the wire only. */
export const inicisCapabilities: Capabilities = {
  payMethods: {
    card,
    trans,
    vbank,
    phone: { ...card, cancelWindow: { kind: 'same_month' }, note: 'Only in the month of the payment.' },
  },
  currencies: ['KRW'],
  // Bytes of UTF-8: 26 Korean characters.
  reasonLengthMax: 80,
  lookup: 'by_transaction_id',
  noticeSenders: ['203.238.37.15', '39.115.212.9', '118.129.210.25', '183.109.71.153'],
  sources: [
    'manual.inicis.com (INIAPI v1, v2 samples) and the FAQ on INIAPI of inicis.com',
    'public clients that carry the fields of the manual (inicisjs/inicis and others)',
    'PortOne documentation: table of INICIS codes',
  ],
  sandboxTested: true,
  liveTested: false,
};
