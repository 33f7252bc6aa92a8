import type { Buyer, PaymentReference } from './payment.ts';

export interface ReceiptIssue {
  /** `null`: for cash that was taken elsewhere; the gateway knows of no payment. */
  readonly payment: PaymentReference | null;
  /** Our own id of the receipt at the gateway where it wants one; at most 64 characters, unique per receipt. */
  readonly receiptOrderId: string;
  readonly orderName: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
  readonly type: 'person' | 'company';
  /** Mobile number, card or business number; digits only. Encrypted at rest, never logged. */
  readonly identifier: string;
  readonly identifierType: 'person' | 'business' | 'phone' | 'taxcard' | null;
  readonly buyer: Buyer;
}

export interface Receipt {
  /** The gateway's handle for revoking it. */
  readonly receiptTid: string;
  /** The number of the National Tax Service. */
  readonly approvalNumber: string;
  readonly receiptUrl: string | null;
  readonly issuedAt: Date;
}

export interface ReceiptRevocation {
  readonly payment: PaymentReference | null;
  readonly receiptTid: string;
  /** The id under which the receipt was issued: gateways name a revocation in their lists by it. */
  readonly receiptOrderId: string;
  /** The gateway's ids (`Revoked.gatewayTid`) of what was taken off this receipt before. */
  readonly earlierTids: readonly string[];
  readonly currency: string;
  /** What is taken off the receipt now, and what it stood at before. Equal: the whole receipt is revoked. */
  readonly amountMinor: bigint;
  readonly balanceBeforeMinor: bigint;
  readonly reason: string;
}
