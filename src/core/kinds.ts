import type { GatewayOperation } from '../port/operations.ts';
import { chargeKeyKind } from './billing/charge-key-kind.ts';
import { issueKeyKind } from './billing/issue-key-kind.ts';
import { revokeKeyKind } from './billing/revoke-key-kind.ts';
import { cancelKind } from './cancellation/cancel-kind.ts';
import { revokeBarcodeKind, revokeVbankKind } from './cancellation/revocation-kinds.ts';
import { approveWindowKind } from './checkout/approve-window-kind.ts';
import { registerShippingKind } from './escrow/register-shipping-kind.ts';
import type { Ending } from './operations/ending.ts';
import type { OperationKinds, Settle, SettlementParts } from './operations/kind.ts';
import { approveKind } from './payments/approve-kind.ts';
import { issueBarcodeKind } from './payments/issue-barcode-kind.ts';
import { issueVbankKind } from './payments/issue-vbank-kind.ts';
import { payFromWalletKind } from './payments/pay-from-wallet-kind.ts';
import { issueReceiptKind } from './receipts/issue-receipt-kind.ts';
import { revokeReceiptKind } from './receipts/revoke-receipt-kind.ts';

/** Every kind of operation: a line each. */
export const operationKinds: OperationKinds = Object.freeze({
  approve: approveKind,
  approve_window: approveWindowKind,
  pay_from_wallet: payFromWalletKind,
  issue_vbank: issueVbankKind,
  revoke_vbank: revokeVbankKind,
  issue_barcode: issueBarcodeKind,
  revoke_barcode: revokeBarcodeKind,
  issue_receipt: issueReceiptKind,
  revoke_receipt: revokeReceiptKind,
  register_shipping: registerShippingKind,
  issue_key: issueKeyKind,
  charge_key: chargeKeyKind,
  revoke_key: revokeKeyKind,
  cancel: cancelKind,
});

type Settles = { readonly [K in GatewayOperation]: Settle<K> };

/** Settles any operation, as its kind does. */
export function createSettle(parts: SettlementParts): Settle {
  const settles = Object.fromEntries(
    Object.values(operationKinds).map((kind) => [kind.name, kind.createSettle(parts)]),
    // `fromEntries` forgets that each name has the settlement of its own kind.
  ) as unknown as Settles;
  const settle = <K extends GatewayOperation>(ending: Ending<K>) => settles[ending.kind](ending);
  return settle;
}
