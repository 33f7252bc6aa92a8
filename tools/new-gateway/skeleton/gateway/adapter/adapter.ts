/** What the port is handed. Invented is only the form of the credentials; the rest of this file is a list. */

import Type from 'typebox';
import { windowApproval } from '../../../../../src/gateways/stand-in/adapter/window-approval.ts';
import type { Gateway } from '../../../../../src/port/gateway.ts';
import { examplePayCapabilities } from '../capabilities.ts';
import { codes } from '../wire/codes.ts';
import { issueAccount, revokeAccount } from './accounts.ts';
import { approve } from './approval.ts';
import { issueBarcode, revokeBarcode } from './barcodes.ts';
import { cancel } from './cancel.ts';
import { lookUp } from './lookup.ts';
import { notices } from './notices.ts';
import { issueReceipt, revokeReceipt } from './receipts.ts';

/** Example Pay. See the README of this folder for the protocol, its sources and what is invented. */
export const examplePayGateway = {
  provider: 'example_pay',
  capabilities: examplePayCapabilities,
  // INVENTED
  credentialsSchema: Type.Object({
    secretKey: Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Key of the signature' }),
  }),
  // No live mode before the protocol is the gateway's.
  liveBaseUrl: undefined,
  codes,
  // if notices
  notices,
  // end
  operations: {
    // if window
    // Over the stand-in, until it is known how the gateway is asked for what was agreed on in its window.
    approve_window: windowApproval(),
    // end
    // if approve
    approve,
    // end
    // if issue_vbank
    issue_vbank: issueAccount,
    // end
    // if revoke_vbank
    revoke_vbank: revokeAccount,
    // end
    // if cvs
    issue_barcode: issueBarcode,
    // end
    // if revoke_barcode
    revoke_barcode: revokeBarcode,
    // end
    // if receipts
    issue_receipt: issueReceipt,
    // end
    // if revoke_receipt
    revoke_receipt: revokeReceipt,
    // end
    // if cancel
    cancel,
    // end
  },
  lookUp,
} as const satisfies Gateway;
