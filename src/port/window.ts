import type { Approval } from './approval.ts';
import type { IssuedBillingKey } from './billing-key.ts';
import type { Buyer, PayMethod, PaymentReference } from './payment.ts';
import type { VirtualAccount } from './virtual-account.ts';

/**
 * The buyer has gone through the gateway's window, and agreed there; nothing has been paid until the merchant asks for it with what the
 * buyer's browser brought back.
 */
export interface WindowApproval {
  readonly orderId: string;
  readonly orderName: string;
  readonly payMethod: PayMethod;
  readonly currency: string;
  /** 0 where the window only registers what is paid with later. */
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
  readonly buyer: Buyer;
  /** What the browser brought back. It is good for one window, once, and for some minutes. */
  readonly token: string;
  /** What is paid with is registered for later payments. */
  readonly issuesKey: boolean;
}

/** What an inquiry is told of an approval. */
export interface ApprovedOrder extends PaymentReference {
  readonly token: string;
  readonly issuesKey: boolean;
}

/** What came of it: a payment, an account that waits for its money, a key for later payments, or a payment and a key. */
export interface WindowResult {
  /** Of the payment or the account; `null`: a key, and no payment. */
  readonly gatewayTid: string | null;
  readonly receiptUrl: string | null;
  readonly approval: Approval | null;
  readonly virtualAccount: VirtualAccount | null;
  readonly key: IssuedBillingKey | null;
}
