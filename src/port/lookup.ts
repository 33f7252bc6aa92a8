import type { Approval } from './approval.ts';
import type { Barcode } from './barcode.ts';
import type { Cancelled } from './cancel.ts';
import type { PayMethod } from './payment.ts';
import type { VirtualAccount } from './virtual-account.ts';

export type Lookup =
  | { readonly kind: 'found'; readonly payment: GatewayPayment }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly why: string };

/** `after` is `next` of the page before. `until` is no longer part of the period. */
export interface TransactionQuestion {
  readonly from: Date;
  readonly until: Date;
  readonly after: string | null;
}

export type TransactionList =
  | {
      readonly kind: 'listed';
      readonly transactions: readonly GatewayTransaction[];
      /** Where the next page begins; `null` after the last. */
      readonly next: string | null;
    }
  | { readonly kind: 'unknown'; readonly why: string };

export interface GatewayTransaction {
  readonly type: 'payment' | 'cancellation';
  /** As `Approval.gatewayTid` and `Cancelled.gatewayTid` have it. */
  readonly gatewayTid: string;
  readonly orderId: string;
  readonly currency: string;
  /** Never negative. */
  readonly amountMinor: bigint;
  readonly at: Date;
}

/** A payment as the gateway's own book has it, in our words. */
export interface GatewayPayment {
  readonly status: 'waiting_for_deposit' | 'paid' | 'partially_cancelled' | 'cancelled' | 'expired' | 'failed';
  readonly payMethod: PayMethod;
  readonly amountMinor: bigint;
  readonly balanceMinor: bigint;
  readonly gatewayTid: string;
  readonly paidAt: Date | null;
  readonly approval: Approval | null;
  readonly virtualAccount: VirtualAccount | null;
  readonly barcode: Barcode | null;
  readonly depositorName: string | null;
  /** `null` where the gateway tells the balance only. */
  readonly cancels: readonly Cancelled[] | null;
}
