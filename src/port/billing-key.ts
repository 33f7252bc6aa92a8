import type { CardData } from './approval.ts';
import type { Buyer, PaymentReference } from './payment.ts';

/**
 * A gateway's key for a card that it keeps: whoever knows it, and the merchant's credentials, may charge the card. Encrypted at
 * rest, never logged. At least 255 characters long at some gateways, with `=`, `-`, `_`, `/` and `+` in it.
 */
export interface BillingKey {
  readonly key: string;
  /**
   * What this gateway wants beside the key with every call, as it was when the key was issued: the customer that it was issued
   * for, the group that it belongs to. Written and read by the adapter alone; empty where there is no such thing.
   */
  readonly boundTo: Readonly<Record<string, string>>;
}

/** A card is registered by its number. Moves no money. */
export interface BillingKeyIssue extends BillingKeyReference {
  readonly card: CardData;
}

/** What is known of an issue without the card: an inquiry is told no more. */
export interface BillingKeyReference {
  /** Ours, unique per issue; characters that every gateway takes, at most 40. */
  readonly orderId: string;
  /** The merchant's name of the card. */
  readonly customerUid: string;
  /** What the merchant calls its customer, for gateways that bind a key to one; a fresh one per issue where it gave none. */
  readonly customerId: string;
  readonly customer: Buyer;
}

export interface IssuedBillingKey {
  readonly billingKey: BillingKey;
  /** Of the registration, where the gateway has such an id. */
  readonly gatewayTid: string | null;
  readonly issuedAt: Date;
  readonly card: RegisteredCard | null;
}

export interface RegisteredCard {
  /** `null` where the gateway does not tell; the server then has its own mask of what was typed. */
  readonly maskedNumber: string | null;
  /** Code and name of i'mport's standard table; a name of the gateway's own where its code has no counterpart. */
  readonly code: string | null;
  readonly name: string | null;
  readonly issuerCode: string | null;
  readonly issuerName: string | null;
  /** 0 credit, 1 check; `null` where the gateway does not tell. */
  readonly type: 0 | 1 | null;
}

/** A payment by a key, without the buyer being there. */
export interface KeyCharge {
  readonly orderId: string;
  readonly orderName: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
  readonly billingKey: BillingKey;
  readonly installmentMonths: number;
  readonly interestFreeByMerchant: boolean;
  readonly useCardPoint: boolean;
  readonly productType: 'real' | 'digital' | null;
  readonly buyer: Buyer;
}

/** What an inquiry is told of a charge: some gateways can only be asked about the key. */
export interface ChargedPayment extends PaymentReference {
  readonly billingKey: BillingKey;
}

/** A key is taken back. It is the same request when it is repeated. */
export interface BillingKeyRevocation extends BillingKeyReference {
  readonly billingKey: BillingKey;
  readonly reason: string;
  /** `extra[requester]`: `customer` or `admin`. */
  readonly requester: string | null;
}

export interface RevokedBillingKey {
  /** Of the deletion, where the gateway has such an id. */
  readonly gatewayTid: string | null;
  readonly revokedAt: Date;
}
