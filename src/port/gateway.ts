import type { Static, TObject } from 'typebox';
import type { Capabilities } from './capabilities.ts';
import type { GatewayCodes } from './codes.ts';
import type { GatewayHttpClient } from './http-client.ts';
import type { GatewayNotices } from './notices.ts';

/**
 * The port between the server and a payment gateway. Everything above it (cancellation, payments, receipts) knows only
 * these shapes; everything gateway-specific (fields, charset, signatures, codes) stays behind them. An adapter keeps no
 * state, opens no transaction and retries nothing: it sends one request and says truthfully what came of it.
 *
 * All amounts are integers in the currency's minor unit, named `…Minor`.
 */
export interface Gateway {
  /** The `pg_provider` of the API. */
  readonly provider: string;
  /** What this gateway can do for each pay method, its limits, and where that knowledge comes from. */
  readonly capabilities: Capabilities;
  /** The secret part of a channel: what must be known to speak for a merchant. Encrypted at rest. */
  readonly credentialsSchema: TObject;
  /** Host of the real gateway; a live channel has no other. `undefined`: no live mode (the wire protocol is not public). */
  readonly liveBaseUrl: string | undefined;
  /** Between the standard codes of banks and card companies and the gateway's own. */
  readonly codes: GatewayCodes;
  /** How what the gateway sends by itself (a deposit, the end of a refund) is read, verified and answered. */
  readonly notices?: GatewayNotices;

  approveByKey?(call: GatewayCall, request: KeyInApproval): Promise<Outcome<Approval>>;
  issueVirtualAccount?(call: GatewayCall, request: VirtualAccountIssue): Promise<Outcome<VirtualAccount>>;
  revokeVirtualAccount?(call: GatewayCall, request: Revocation): Promise<Outcome<Revoked>>;
  issueBarcode?(call: GatewayCall, request: BarcodeIssue): Promise<Outcome<Barcode>>;
  revokeBarcode?(call: GatewayCall, request: Revocation): Promise<Outcome<Revoked>>;
  issueReceipt?(call: GatewayCall, request: ReceiptIssue): Promise<Outcome<Receipt>>;
  revokeReceipt?(call: GatewayCall, request: ReceiptRevocation): Promise<Outcome<Revoked>>;
  cancel?(call: GatewayCall, request: Cancel): Promise<Outcome<Cancelled>>;

  /**
   * Asks the gateway what became of an operation whose answer was lost. It moves nothing. `not_done` is what the
   * gateway's book says now; a request still on its way may yet be carried out, and the caller takes that into account.
   */
  inquire(call: GatewayCall, question: Question): Promise<Inquiry>;
  /** What the gateway's book says of a payment; always `unknown` where its capabilities say that it has no lookup. */
  lookUp(call: GatewayCall, payment: PaymentReference): Promise<Lookup>;
  /** A page of what the gateway's book has for a period, where it lists transactions: also those that we know nothing of. */
  listTransactions?(call: GatewayCall, asked: TransactionQuestion): Promise<TransactionList>;
}

/** Operations at a gateway, as the sandbox's faults and the capability table name them. */
export const gatewayOperations = [
  'approve',
  'issue_vbank',
  'revoke_vbank',
  'issue_barcode',
  'revoke_barcode',
  'issue_receipt',
  'revoke_receipt',
  'cancel',
] as const;
export type GatewayOperation = (typeof gatewayOperations)[number];

/** What one call needs besides its request. */
export interface GatewayCall {
  readonly channel: GatewayChannel;
  readonly http: GatewayHttpClient;
  /**
   * Derived from our operation id, the same on every repeat of one operation. It goes out in the gateway's own field
   * for such a key, where there is one. At most 64 characters of `[A-Za-z0-9_-]`.
   */
  readonly idempotencyKey: string;
  /** Milliseconds that the whole call may take; the adapter hands it to the HTTP client. */
  readonly timeLimitMs: number;
  /** The time by the server's clock: for gateways that want a time stamp in the request. */
  readonly now: Date;
  /**
   * When the operation was first asked for, the same on every repeat and inquiry: for ids that the merchant has to make
   * out of a time, and for gateways that want the day of the first request.
   */
  readonly startedAt: Date;
  /**
   * The same request was sent before, and its answer was lost. A refusal that only says "this has been done" (already
   * cancelled, number already used) is then no refusal: `confirmed` where it proves that this very operation was carried
   * out, else `unclear`.
   */
  readonly isRepeat: boolean;
  /** Where this server takes the gateway's notices, for gateways that want to be told with the request. */
  readonly noticeUrl: string | null;
}

export interface GatewayChannel {
  readonly mid: string;
  readonly mode: 'test' | 'live';
  readonly baseUrl: string;
  /** Decrypted; of the shape of `credentialsSchema`. Never logged. */
  readonly credentials: Readonly<Record<string, string>>;
}

/**
 * What came of a request that moves something.
 * - `confirmed`: the gateway says that it is done.
 * - `accepted`: the gateway took it and will finish later.
 * - `refused`: the gateway says no; nothing moved. `code` and `message` are its own.
 * - `never_sent`: not one byte of the request reached the gateway (no connection); nothing moved.
 * - `unclear`: everything else: it may or may not have been done. A code and message are kept where an answer had them.
 */
export type Outcome<T> =
  | { readonly kind: 'confirmed'; readonly result: T }
  | { readonly kind: 'accepted'; readonly result: T }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly category: RefusalCategory }
  | { readonly kind: 'never_sent'; readonly why: string }
  | { readonly kind: 'unclear'; readonly why: string; readonly code?: string; readonly message?: string };

/**
 * The small set of reasons that every gateway's refusals are mapped to. Callers see them (`X-Hwanbul-Refusal`), so that a
 * name that stands here stays; docs/errors.md is made from this table.
 */
export const refusalCategories = {
  already_cancelled: 'Nothing is left to cancel.',
  over_balance: 'More than what is left was asked for, or the gateway believes that another amount is left.',
  window_passed: 'The time in which the gateway cancels such a payment is over.',
  partial_not_supported: 'Such a payment can not be cancelled in part, or not in part again.',
  contract_missing: 'The merchant has no contract for this with the gateway.',
  closed_hours: 'The gateway, or the bank, is closed at this hour.',
  unknown_transaction: 'The gateway does not know the payment.',
  temporarily_unavailable: 'It may succeed later.',
  bad_credentials: 'The gateway does not accept the credentials of the channel.',
  bad_card: 'The card, or what was given of it, was not accepted.',
  bad_refund_account: 'The account that the refund should go to was not accepted.',
  other: 'None of these, or the gateway does not say.',
} as const satisfies Readonly<Record<string, string>>;
export type RefusalCategory = keyof typeof refusalCategories;

/** The operation that is asked about, with everything that was sent except secrets that are not kept (card numbers). */
export type Question =
  | { readonly operation: 'approve' | 'issue_vbank' | 'issue_barcode'; readonly payment: PaymentReference }
  | { readonly operation: 'revoke_vbank' | 'revoke_barcode'; readonly request: Revocation; readonly sentAt: Date }
  | { readonly operation: 'issue_receipt'; readonly request: ReceiptIssue; readonly sentAt: Date }
  | { readonly operation: 'revoke_receipt'; readonly request: ReceiptRevocation; readonly sentAt: Date }
  | { readonly operation: 'cancel'; readonly request: Cancel; readonly sentAt: Date };

export type Inquiry =
  | { readonly kind: 'done'; readonly result: Approval | VirtualAccount | Barcode | Receipt | Revoked | Cancelled }
  | { readonly kind: 'accepted'; readonly result: Cancelled }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly category: RefusalCategory }
  | {
      readonly kind: 'not_done';
      /**
       * May the same request be sent again with the same key, without any chance that it is carried out twice?
       * True only where the gateway documents such a key.
       */
      readonly repeatIsSafe: boolean;
    }
  /**
   * The gateway can't be asked, but the same request may be sent again without any chance that it is carried out twice,
   * by a rule of the gateway that is documented or that follows from its never giving back more than was paid. What comes
   * of the repeat is the answer; a refusal of the repeat proves nothing about the first request.
   */
  | { readonly kind: 'ask_by_repeating' }
  /** `isFinal`: nothing that is asked later will tell more; only a person can. */
  | { readonly kind: 'unknown'; readonly why: string; readonly isFinal?: true };

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

/** i'mport's names of pay methods, as far as a gateway of ours takes them. */
export const payMethods = [
  'card',
  'trans',
  'vbank',
  'phone',
  'cvs',
  'point',
  'cultureland',
  'booknlife',
  'smartculture',
] as const;
export type PayMethod = (typeof payMethods)[number];

/** How a payment is named at the gateway, and what gateways want to know of it when they are asked about it. */
export interface PaymentReference {
  /** Ours; always sent when the payment was made. */
  readonly orderId: string;
  /** The gateway's transaction id, once it is known. */
  readonly gatewayTid: string | null;
  readonly payMethod: PayMethod;
  readonly currency: string;
  /** Of the whole payment. */
  readonly paymentAmountMinor: bigint;
  /** When the payment was made here: some gateways look payments up by day. */
  readonly madeAt: Date;
  /** The number of its virtual account. */
  readonly accountNumber: string | null;
}

export interface Buyer {
  readonly name: string | null;
  readonly email: string | null;
  readonly tel: string | null;
}

export interface KeyInApproval {
  readonly orderId: string;
  readonly orderName: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
  readonly card: {
    /** Digits only. */
    readonly number: string;
    readonly expiryYear: string; // two digits
    readonly expiryMonth: string; // two digits
    readonly birthOrBusinessNumber: string | null;
    readonly passwordFirstTwo: string | null;
    readonly cvc: string | null;
  };
  readonly installmentMonths: number;
  readonly interestFreeByMerchant: boolean;
  readonly useCardPoint: boolean;
  readonly buyer: Buyer;
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

export interface VirtualAccountIssue {
  readonly orderId: string;
  readonly orderName: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
  /** KFTC's three-digit code. */
  readonly bankCode: string;
  readonly dueAt: Date;
  readonly holder: string;
  /** For a fixed account (`vbank_key`), else `null`. */
  readonly fixedKey: string | null;
  readonly buyer: Buyer;
  /** KG INICIS's key per call (`pg_api_key`). */
  readonly apiKey: string | null;
}

export interface VirtualAccount {
  readonly gatewayTid: string;
  /** KFTC's three-digit code and the bank's name. */
  readonly bankCode: string;
  readonly bankName: string;
  readonly accountNumber: string;
  readonly holder: string | null;
  readonly dueAt: Date;
  readonly issuedAt: Date;
  /** What the gateway will show us when it reports the deposit (Toss: `secret`); encrypted at rest. */
  readonly noticeSecret: string | null;
}

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

/** Of a virtual account before its deposit, or of a barcode before it is paid. */
export interface Revocation extends PaymentReference {
  readonly reason: string;
  /** KG INICIS's key per call (`pg_api_key`). */
  readonly apiKey: string | null;
}

export interface Revoked {
  /** The gateway's id of this revocation, where it has one. */
  readonly gatewayTid: string | null;
  readonly revokedAt: Date;
}

export interface ReceiptIssue {
  readonly payment: PaymentReference;
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
  readonly payment: PaymentReference;
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
  readonly reason: string;
  /** What of the whole payment is free of tax: gateways want a split only for payments that mix. */
  readonly paymentTaxFreeMinor: bigint;
  /** Only for deposited virtual accounts (and what the gateway treats alike). */
  readonly refundAccount: RefundAccount | null;
  /** `extra[requester]`: who asked for it. */
  readonly requester: string | null;
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

export type CredentialsOf<G extends Gateway> = Static<G['credentialsSchema']>;
