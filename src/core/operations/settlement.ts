import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import { createCancelSettlement } from '../cancellation/settle-cancel.ts';
import { settleRevocation } from '../cancellation/settle-revocation.ts';
import { settleApproval, settleBarcode, settleVirtualAccount } from '../payments/settle-issue.ts';
import { settleReceiptIssue, settleReceiptRevocation } from '../receipts/settle.ts';
import type { Payment } from '../records/payment.ts';
import type { Ending } from './ending.ts';
import type { Leases } from './leases.ts';

/** What a settlement has to know besides the ending itself. */
export interface SettlementParts {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly leases: Leases;
}

/**
 * Writes down what became of an operation: its state, our book, the history, the webhook and the audit in one statement
 * and so in one transaction. Answers the payment as it is then, or `undefined` if somebody else has ended the operation
 * before (the statement is conditional on the operation being open, so a repeat changes nothing).
 */
export type Settle = (ending: Ending) => Promise<Payment | undefined>;

export function createSettle(parts: SettlementParts): Settle {
  const cancel = createCancelSettlement(parts);
  const settlements: Readonly<Record<GatewayOperation, Settle>> = {
    cancel,
    revoke_vbank: (ending) => settleRevocation(parts, ending),
    revoke_barcode: (ending) => settleRevocation(parts, ending),
    approve: (ending) => settleApproval(parts, ending),
    issue_vbank: (ending) => settleVirtualAccount(parts, ending),
    issue_barcode: (ending) => settleBarcode(parts, ending),
    issue_receipt: (ending) => settleReceiptIssue(parts, ending),
    revoke_receipt: (ending) => settleReceiptRevocation(parts, ending),
  };
  return (ending) => settlements[ending.kind](ending);
}
