import type { Buyer } from './payment.ts';

export interface BarcodeIssue {
  readonly orderId: string;
  readonly orderName: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  /** A number made by the merchant, to be registered instead of a new one. */
  readonly barcode: string | null;
  readonly expiresAt: Date | null;
  readonly buyer: Buyer;
}

export interface Barcode {
  readonly gatewayTid: string;
  readonly barcode: string;
  readonly expiresAt: Date;
  readonly issuedAt: Date;
}
