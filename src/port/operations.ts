import type { Approval, KeyInApproval } from './approval.ts';
import type { Barcode, BarcodeIssue } from './barcode.ts';
import type {
  BillingKeyIssue,
  BillingKeyReference,
  BillingKeyRevocation,
  ChargedPayment,
  IssuedBillingKey,
  KeyCharge,
  RevokedBillingKey,
} from './billing-key.ts';
import type { GatewayCall } from './call.ts';
import type { Cancel, Cancelled } from './cancel.ts';
import type { ShippingRegistered, ShippingRegistration } from './escrow.ts';
import type { Outcome, RefusalCategory } from './outcome.ts';
import type { PaymentReference } from './payment.ts';
import type { Receipt, ReceiptIssue, ReceiptRevocation } from './receipt.ts';
import type { Revocation, Revoked } from './revocation.ts';
import type { VirtualAccount, VirtualAccountIssue } from './virtual-account.ts';
import type { WalletPayment } from './wallet.ts';
import type { ApprovedOrder, WindowApproval, WindowResult } from './window.ts';

/**
 * Everything that is asked of a gateway and moves something there, and what belongs to each: the request, what an inquiry is
 * told of a request whose answer was lost (secrets that are not kept, such as a card number, are not in it), and the result.
 * Faults, endings, the columns of the capability table and the scenarios of the tests follow from this list.
 */
export interface OperationTypes {
  readonly approve: { readonly request: KeyInApproval; readonly asked: PaymentReference; readonly result: Approval };
  /** The buyer has agreed in the gateway's window. Its subject is the payment, which is there since the window opened. */
  readonly approve_window: {
    readonly request: WindowApproval;
    readonly asked: ApprovedOrder;
    readonly result: WindowResult;
  };
  readonly pay_from_wallet: {
    readonly request: WalletPayment;
    readonly asked: PaymentReference;
    readonly result: Approval;
  };
  readonly issue_vbank: {
    readonly request: VirtualAccountIssue;
    readonly asked: PaymentReference;
    readonly result: VirtualAccount;
  };
  readonly revoke_vbank: { readonly request: Revocation; readonly asked: Revocation; readonly result: Revoked };
  readonly issue_barcode: {
    readonly request: BarcodeIssue;
    readonly asked: PaymentReference;
    readonly result: Barcode;
  };
  readonly revoke_barcode: { readonly request: Revocation; readonly asked: Revocation; readonly result: Revoked };
  readonly issue_receipt: { readonly request: ReceiptIssue; readonly asked: ReceiptIssue; readonly result: Receipt };
  readonly revoke_receipt: {
    readonly request: ReceiptRevocation;
    readonly asked: ReceiptRevocation;
    readonly result: Revoked;
  };
  readonly register_shipping: {
    readonly request: ShippingRegistration;
    readonly asked: ShippingRegistration;
    readonly result: ShippingRegistered;
  };
  /** A card is registered for later payments. Its subject is the billing key. */
  readonly issue_key: {
    readonly request: BillingKeyIssue;
    readonly asked: BillingKeyReference;
    readonly result: IssuedBillingKey;
  };
  /** A payment is made by a key. Its subject is the payment, as an approval's is. */
  readonly charge_key: { readonly request: KeyCharge; readonly asked: ChargedPayment; readonly result: Approval };
  readonly revoke_key: {
    readonly request: BillingKeyRevocation;
    readonly asked: BillingKeyRevocation;
    readonly result: RevokedBillingKey;
  };
  readonly cancel: { readonly request: Cancel; readonly asked: Cancel; readonly result: Cancelled };
}

export type GatewayOperation = keyof OperationTypes;
export type RequestOf<K extends GatewayOperation> = OperationTypes[K]['request'];
export type AskedOf<K extends GatewayOperation> = OperationTypes[K]['asked'];
export type ResultOf<K extends GatewayOperation> = OperationTypes[K]['result'];

const names = {
  approve: true,
  approve_window: true,
  pay_from_wallet: true,
  issue_vbank: true,
  revoke_vbank: true,
  issue_barcode: true,
  revoke_barcode: true,
  issue_receipt: true,
  revoke_receipt: true,
  register_shipping: true,
  issue_key: true,
  charge_key: true,
  revoke_key: true,
  cancel: true,
} as const satisfies Readonly<Record<GatewayOperation, true>>;

/** The names, in the order in which tables show them. */
export const gatewayOperations = Object.keys(names) as readonly GatewayOperation[];

/** How a gateway does one operation. */
export interface OperationAt<K extends GatewayOperation> {
  /** Sends one request and says truthfully what came of it. Repeats nothing by itself. */
  send(call: GatewayCall, request: RequestOf<K>): Promise<Outcome<ResultOf<K>>>;
  /**
   * Asks the gateway what became of a request whose answer was lost. It moves nothing. `not_done` is what the gateway's book
   * says now; a request still on its way may yet be carried out, and the caller takes that into account.
   */
  inquire(call: GatewayCall, asked: AskedOf<K>, sentAt: Date): Promise<Inquiry<ResultOf<K>>>;
}

/** What a gateway hands over: an operation that is not in it, it does not have. */
export type OperationsAt = { readonly [K in GatewayOperation]?: OperationAt<K> };

/** What a gateway's book says of a request. */
export type Inquiry<Result = ResultOf<GatewayOperation>> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'accepted'; readonly result: Result }
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
