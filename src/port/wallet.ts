import type { GatewayCall } from './call.ts';
import type { RefusalCategory } from './outcome.ts';
import type { Buyer, PaymentReference } from './payment.ts';
import type { Support } from './support.ts';

/** A payment out of what the gateway keeps for a buyer. */
export interface WalletPayment {
  readonly orderId: string;
  readonly orderName: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
  readonly buyer: Buyer;
  readonly means: WalletMeans;
}

/** What is paid with, and how the buyer has agreed to it. */
export type WalletMeans =
  /** Points, by the login that they are kept under. The password lives only as long as the request that brought it. */
  | { readonly kind: 'points'; readonly login: PointsLogin; readonly memberCode: string | null }
  /** Money that a member has charged; a check of the member's PIN is good for one payment. */
  | { readonly kind: 'money'; readonly memberId: string; readonly pinCheckId: string }
  /** A card or an account whose owner has agreed to automatic payments. */
  | { readonly kind: 'autopay_key'; readonly customerUid: string };

/** Never stored, never logged. */
export interface PointsLogin {
  readonly user: string;
  readonly password: string;
}

/** What came of a question, or of something that may be asked for again without harm. */
export type Told<T> =
  | { readonly kind: 'told'; readonly value: T }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly category: RefusalCategory }
  | { readonly kind: 'unknown'; readonly why: string };

/** What the merchant hands over before a buyer does something with prepaid money in the window. */
export interface WalletPreparation {
  readonly merchantUid: string;
  readonly terminalTransactionId: string;
  readonly buyerAddress: string;
  readonly codeVerifier: string;
  /** The amount that the buyer may charge, where the authentication for it is asked for. */
  readonly authenticatedMinor: bigint | null;
  readonly vendorType: string | null;
  readonly rewardId: string | null;
}

export interface WalletMember {
  readonly memberId: string;
  readonly insertedAt: Date;
  readonly updatedAt: Date;
}

/**
 * What a gateway can be asked about the wallets that it keeps, besides paying out of them (`pay_from_wallet`). None of it moves
 * money or makes a key: a question, or something that is the same when it is asked for twice. So it has no life in our book; a
 * lost answer is told as one, and the caller asks again.
 */
export interface Wallets {
  readonly support: Support;
  readPoints?(call: GatewayCall, login: PointsLogin): Promise<Told<{ readonly pointsMinor: bigint }>>;
  /** Tells false, and has done nothing, where a new one is there already, or none is there to be changed. */
  prepare?(call: GatewayCall, preparation: WalletPreparation, isNew: boolean): Promise<Told<boolean>>;
  deleteMember?(
    call: GatewayCall,
    member: { readonly memberId: string; readonly partnerType: string | null; readonly partnerSubtype: string | null },
  ): Promise<Told<WalletMember>>;
  deleteAutopayKey?(call: GatewayCall, customerUid: string): Promise<Told<null>>;
  releaseBiometrics?(call: GatewayCall, memberId: string): Promise<Told<null>>;
}

/** A part of a payment that belongs to a sub-merchant, as the buyer's sales slip shows it. */
export interface SlipPart {
  /** Ten digits. */
  readonly businessNumber: string;
  readonly companyName: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
}

/** For a gateway that shows sub-merchants on the slip. Registered again, the later parts count. */
export interface SlipParts {
  readonly support: Support;
  register(
    call: GatewayCall,
    payment: PaymentReference & { readonly gatewayTid: string },
    parts: readonly SlipPart[],
  ): Promise<Told<null>>;
}
