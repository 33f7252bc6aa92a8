import type { Buyer } from './payment.ts';

export interface KeyInApproval {
  readonly orderId: string;
  readonly orderName: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
  readonly card: CardData;
  readonly installmentMonths: number;
  readonly interestFreeByMerchant: boolean;
  readonly useCardPoint: boolean;
  /** What is sold, where the caller says it. */
  readonly productType: 'real' | 'digital' | null;
  readonly buyer: Buyer;
}

/** A card as it was typed. It goes to the gateway only: never stored, never logged. */
export interface CardData {
  /** Digits only. */
  readonly number: string;
  readonly expiryYear: string; // two digits
  readonly expiryMonth: string; // two digits
  readonly birthOrBusinessNumber: string | null;
  readonly passwordFirstTwo: string | null;
  readonly cvc: string | null;
}

export interface Approval {
  readonly gatewayTid: string;
  readonly approvalNumber: string | null;
  readonly approvedAt: Date;
  readonly receiptUrl: string | null;
  readonly card: ApprovedCard | null;
  readonly bank: { readonly code: string; readonly name: string } | null;
}

export interface ApprovedCard {
  /** First six and last four digits, the rest `*`. */
  readonly maskedNumber: string;
  /** Codes and names of i'mport's standard table (three digits), or `null` where the gateway's code has no counterpart. */
  readonly code: string | null;
  readonly name: string | null;
  readonly issuerCode: string | null;
  readonly issuerName: string | null;
  readonly installmentMonths: number;
  /** 0 credit, 1 check, as i'mport numbers them. */
  readonly type: 0 | 1 | null;
}
