import type { Capabilities } from '../../port/capabilities.ts';
import { reasonRule } from './wire/wire.ts';

const year = { kind: 'days', days: 365 } as const;

/**
 * Payments are made in Danal's window, or by a key that was issued there. A lost answer to a partial cancel stays open for a person: Danal has no key,
 * no guard and no inquiry for it.
 */
export const danalCapabilities: Capabilities = {
  payMethods: {
    card: {
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        issue_key_in_window: 'supported',
        charge_key: 'supported',
        revoke_key: 'supported',
        cancel: 'supported',
      },
      partialCancel: true,
      cancelWindow: year,
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      undecidable: ['charge_key', 'revoke_key', 'partial_cancel'],
      withoutInstalments: ['charge_key'],
      note: 'A charge by key is of 301 won or more; one whose answer was lost is never sent again.',
    },
    trans: {
      operations: { pay_in_window: 'supported', approve_window: 'undocumented', cancel: 'supported' },
      partialCancel: true,
      cancelWindow: year,
      refundAccount: 'none',
      receiptOnCancel: 'left_alone',
      undecidable: ['partial_cancel'],
      note: 'Danal refuses partial cancellation of some transfers.',
    },
    vbank: {
      operations: {
        pay_in_window: 'supported',
        approve_window: 'undocumented',
        revoke_vbank: 'undocumented',
        cancel: 'undocumented',
      },
      partialCancel: true,
      cancelWindow: { kind: 'unlimited' },
      refundAccount: 'required',
      receiptOnCancel: 'left_alone',
      note: 'Danal refunds and revokes accounts under contract; how its API does so is not public, nor is a time limit.',
    },
  },
  currencies: ['KRW'],
  reason: reasonRule,
  lookup: 'none',
  noticeSenders: ['150.242.135.194', '103.11.131.143'],
  sources: [
    'Danal, manual of recurring payments (public transcription): transport, billing keys, cancellation, notices',
    "Danal's sample code (JSP, PHP, Java copies): encryption, hosts, IVs of card, transfer and virtual account",
    'PortOne, danal_code list of RETURNCODEs and table of bank codes',
  ],
  sandboxTested: true,
  liveTested: false,
};
