import type { Approval } from '../../port/approval.ts';
import type { Barcode } from '../../port/barcode.ts';
import type { Cancelled } from '../../port/cancel.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { Outcome } from '../../port/outcome.ts';
import type { Receipt } from '../../port/receipt.ts';
import type { Revoked } from '../../port/revocation.ts';
import type { VirtualAccount } from '../../port/virtual-account.ts';

/** What a gateway reports of each kind of operation when it is done. */
export interface OperationResults {
  readonly approve: Approval;
  readonly issue_vbank: VirtualAccount;
  readonly revoke_vbank: Revoked;
  readonly issue_barcode: Barcode;
  readonly revoke_barcode: Revoked;
  readonly issue_receipt: Receipt;
  readonly revoke_receipt: Revoked;
  readonly cancel: Cancelled;
}
export type OperationResult = OperationResults[GatewayOperation];

/** Something that may be written down as what became of an operation: everything but a doubt. */
export type EndingOutcome = Exclude<Outcome<OperationResult>, { kind: 'unclear' }>;

/** What became of one operation, who says so, and why. Writing it down is `settle`. */
export interface Ending {
  readonly operationId: string;
  readonly paymentId: bigint;
  readonly kind: GatewayOperation;
  readonly outcome: EndingOutcome;
  /** When the request was handed to the gateway; `null` only for what was never sent. */
  readonly sentAt: Date | null;
  /** When it is written down, by the merchant's clock. */
  readonly endedAt: Date;
  readonly by: string;
  readonly why: string;
  /** The id for the revocation of the cash receipt that follows a cancellation, where the server has to send one. */
  readonly receiptFollowUpId: string | null;
  /**
   * A cancellation that a person ended is announced by a webhook always, as one in the real server's console is; any other
   * only when it was asked for with `enable_webhook`.
   */
  readonly announcedAlways?: boolean;
}

export const endingStates = {
  confirmed: 'confirmed',
  accepted: 'accepted',
  refused: 'refused',
  never_sent: 'unsent',
} as const satisfies Record<EndingOutcome['kind'], string>;
