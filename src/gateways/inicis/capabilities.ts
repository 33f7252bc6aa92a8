import type { Capabilities, PayMethodCapabilities } from '../../port/capabilities.ts';
import { reasonRule } from './wire/texts.ts';

/** `revoked_by_us`: INICIS takes a receipt back only when it was issued with the payment; ours names no payment. */
const account = { receiptOnCancel: 'revoked_by_us', partialCancel: true } as const;

const vbank: PayMethodCapabilities = {
  ...account,
  operations: {
    issue_vbank: 'supported',
    pay_in_window: 'supported',
    approve_window: 'undocumented',
    revoke_vbank: 'supported',
    cancel: 'supported',
    issue_receipt: 'supported',
    revoke_receipt: 'supported',
    register_shipping: 'undocumented',
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
    approve_window: 'undocumented',
    cancel: 'supported',
    issue_receipt: 'supported',
    revoke_receipt: 'supported',
    register_shipping: 'undocumented',
  },
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  undecidable: ['issue_receipt', 'partial_cancel'],
  note: 'A receipt can only be revoked as a whole.',
};

const card: PayMethodCapabilities = {
  operations: {
    pay_in_window: 'supported',
    approve_window: 'undocumented',
    issue_key: 'supported',
    issue_key_in_window: 'supported',
    charge_key: 'supported',
    cancel: 'supported',
  },
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
  undecidable: ['issue_key', 'charge_key', 'partial_cancel'],
  note: 'Card companies have limits of their own, in time and in the number of partial cancels. Keys want a MID of their own for billing, and by card number an agreement; a charge whose answer was lost is never sent again.',
};

/** The same for both modules, which differ in the wire only; what i'mport offers for one of them alone is told apart. */
export function inicisCapabilitiesOf(provider: string): Capabilities {
  if (provider !== 'html5_inicis') return inicisCapabilities;
  return { ...inicisCapabilities, externalReceipts: { issue: 'supported', revoke: 'supported' } };
}

const inicisCapabilities: Capabilities = {
  payMethods: {
    card,
    trans,
    vbank,
    phone: {
      ...card,
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      cancelWindow: { kind: 'same_month' },
      undecidable: ['partial_cancel'],
      note: 'Only in the month of the payment.',
    },
  },
  currencies: ['KRW'],
  reason: reasonRule,
  lookup: 'by_transaction_id',
  noticeSenders: ['203.238.37.15', '39.115.212.9', '118.129.210.25', '183.109.71.153'],
  /** Cancelling before the goods are sent, and after the buyer has taken or refused them, is inferred from i'mport's documents. */
  escrow: {
    register: ['sent_at', 'party_name', 'party_tel', 'party_addr', 'party_postcode'],
    change: ['sent_at', 'party_name', 'party_tel', 'party_addr', 'party_postcode'],
    cancel: { unshipped: true, shipped: false, confirmed: true, refused: true },
    event: 'Inicis.Escrow.Changed',
  },
  sources: [
    'manual.inicis.com (INIAPI v1, v2 samples; mobile/mo-bill, pay/bill) and the FAQ on INIAPI of inicis.com',
    'public clients that carry the fields of the manual (inicisjs/inicis and others)',
    'PortOne documentation: table of INICIS codes',
  ],
  sandboxTested: true,
  liveTested: false,
};
