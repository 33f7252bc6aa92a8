import type { RefundAccount } from '../../port/cancel.ts';
import type { Asker } from '../operations/carry-out.ts';
import type { OperationDetails } from '../records/operation.ts';

/** A request to cancel a payment, as it came: amounts are still as the caller wrote them. */
export interface CancelRequest {
  readonly impUid: string | undefined;
  readonly merchantUid: string | undefined;
  readonly amount: unknown;
  readonly checksum: unknown;
  readonly taxFree: unknown;
  readonly vatAmount: unknown;
  readonly reason: string | undefined;
  readonly refundHolder: string | undefined;
  /** KFTC's code of the bank, or the gateway's own. */
  readonly refundBank: string | undefined;
  readonly refundAccount: string | undefined;
  readonly refundTel: string | undefined;
  readonly details: OperationDetails;
  /** Of a person at the console; `undefined`: a shop's program asks. */
  readonly member?: CancellingMember;
}

/** A member who cancels, and what holds for members only. */
export interface CancellingMember extends Asker {
  /** The approved request that is carried out; `null`: the member asks by himself. */
  readonly refundRequestId: string | null;
  /** Does it take a second person to give back so much of one payment, in parts or at once? */
  needsApproval(givenBackMinor: bigint, currency: string): boolean;
}

/** What `decide` makes of it: everything that the reservation and the gateway need, in our own units. */
export interface CancelPlan {
  /** `null`: all that can be cancelled at the moment of the reservation. */
  readonly amountMinor: bigint | null;
  /** What the caller believes can still be cancelled; compared in the reservation itself. */
  readonly checksumMinor: bigint | null;
  /** `null`: whatever falls to this cancellation (everything that is left for the last one, else nothing). */
  readonly taxFreeMinor: bigint | null;
  /** `null`: whatever falls to this cancellation (everything that is left for the last one, else its share). */
  readonly vatMinor: bigint | null;
  readonly reason: string;
  readonly refundAccount: RefundAccount | null;
  readonly details: OperationDetails;
}

/** What the real server stores when the caller gives no reason. */
export const defaultCancelReason = '취소요청api';
/** What it stores of a cancellation in its console, whatever was typed beside it; ours keeps what was typed. */
export const memberCancelReason = '관리자페이지취소';
