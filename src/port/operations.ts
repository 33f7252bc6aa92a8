import type { Approval } from './approval.ts';
import type { Barcode } from './barcode.ts';
import type { Cancel, Cancelled } from './cancel.ts';
import type { RefusalCategory } from './outcome.ts';
import type { PaymentReference } from './payment.ts';
import type { Receipt, ReceiptIssue, ReceiptRevocation } from './receipt.ts';
import type { Revocation, Revoked } from './revocation.ts';
import type { VirtualAccount } from './virtual-account.ts';

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
