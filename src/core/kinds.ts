import type { GatewayOperation } from '../port/operations.ts';
import { createCancelSettlement } from './cancellation/settle-cancel.ts';
import { settleRevocation } from './cancellation/settle-revocation.ts';
import type { Settle, SettlementParts } from './operations/settlement.ts';
import { settleApproval, settleBarcode, settleVirtualAccount } from './payments/settle-issue.ts';
import { settleReceiptIssue, settleReceiptRevocation } from './receipts/settle.ts';

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
