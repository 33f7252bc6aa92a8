/**
 * INVENTED: every limit. All is `undocumented` until a source shows it: live mode then refuses it. An operation becomes
 * `supported` when its wire is what Example Pay's documents say, and they stand in `sources`.
 */

import type { Capabilities, PayMethodCapabilities } from '../../../../src/port/capabilities.ts';
import { reasonRule } from './wire/fields.ts';

// if receipts
const receipts = {
  issue_receipt: 'undocumented',
  // if revoke_receipt
  revoke_receipt: 'undocumented',
  // end
} as const;

// end
const limits = {
  partialCancel: true,
  cancelWindow: { kind: 'unlimited' },
  refundAccount: 'none',
  receiptOnCancel: 'left_alone',
} as const satisfies Omit<PayMethodCapabilities, 'operations'>;

export const examplePayCapabilities: Capabilities = {
  payMethods: {
    // if card
    card: {
      ...limits,
      operations: {
        pay_in_window: 'undocumented',
        approve_window: 'undocumented',
        // if approve
        approve: 'undocumented',
        // end
        // if cancel
        cancel: 'undocumented',
        // end
      },
    },
    // end
    // if trans
    trans: {
      ...limits,
      operations: {
        pay_in_window: 'undocumented',
        approve_window: 'undocumented',
        ...receipts,
        // if cancel
        cancel: 'undocumented',
        // end
      },
      // if revoke_receipt
      receiptOnCancel: 'revoked_by_us',
      // end
    },
    // end
    // if vbank
    vbank: {
      ...limits,
      operations: {
        pay_in_window: 'undocumented',
        approve_window: 'undocumented',
        // if issue_vbank
        issue_vbank: 'undocumented',
        // end
        // if revoke_vbank
        revoke_vbank: 'undocumented',
        // end
        // if receipts
        ...receipts,
        // end
        // if cancel
        cancel: 'undocumented',
        // end
      },
      refundAccount: 'required',
      // if revoke_receipt
      receiptOnCancel: 'revoked_by_us',
      // end
    },
    // end
    // if cvs
    cvs: {
      ...limits,
      operations: {
        issue_barcode: 'undocumented',
        // if revoke_barcode
        revoke_barcode: 'undocumented',
        // end
      },
    },
    // end
  },
  currencies: ['KRW'],
  reason: reasonRule,
  lookup: 'by_order_id',
  sources: ['none yet: the protocol is a skeleton, and invented'],
  sandboxTested: true,
  liveTested: false,
};
