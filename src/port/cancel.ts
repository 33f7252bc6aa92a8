import type { PaymentReference } from './payment.ts';
import type { ProductOrderRefund } from './product-order-refund.ts';

export interface Cancel extends PaymentReference {
  readonly gatewayTid: string;
  /** What is cancelled now. */
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
  /** What could still be cancelled before this cancellation; gateways want it, or this less `amountMinor`, as a guard. */
  readonly balanceBeforeMinor: bigint;
  /** 1 for the payment's first cancellation, counting confirmed ones only. */
  readonly ordinal: number;
  /** The gateway's ids of the cancellations confirmed before this one: an inquiry tells ours from them. */
  readonly earlierTids: readonly string[];
  /** As the caller wrote it: any text. The adapter sends what its gateway takes of it (`wireReason`). */
  readonly reason: string;
  /** What of the whole payment is free of tax: gateways want a split only for payments that mix. */
  readonly paymentTaxFreeMinor: bigint;
  /** Only for deposited virtual accounts (and what the gateway treats alike). */
  readonly refundAccount: RefundAccount | null;
  /** Of an escrow payment: whether its goods were on their way when the cancellation was asked for. */
  readonly escrow: 'unshipped' | 'shipped' | null;
  /** `extra[requester]`: who asked for it. */
  readonly requester: string | null;
  /** At gateways that keep the orders themselves: what it is the refund of. Absent: of the payment, as everywhere else. */
  readonly productOrder?: ProductOrderRefund;
}

export interface RefundAccount {
  readonly holder: string;
  /** KFTC's three-digit code. */
  readonly bankCode: string;
  /** Digits only. */
  readonly accountNumber: string;
  readonly tel: string | null;
}

export interface Cancelled {
  readonly gatewayTid: string;
  readonly amountMinor: bigint;
  readonly cancelledAt: Date;
  readonly receiptUrl: string | null;
}
