import type { GatewayOperation } from './operations.ts';
import type { PayMethod } from './payment.ts';

/** `undocumented`: no public source says how; refused in live mode, and a sandbox's stand-in is named as such. */
export type Support = 'supported' | 'unsupported' | 'undocumented';

/** What a gateway does for one pay method. What is not listed in `operations` is unsupported. */
export interface PayMethodCapabilities {
  readonly operations: Readonly<Partial<Record<GatewayOperation | 'pay_in_window', Support>>>;
  readonly partialCancel: boolean;
  /** How long after payment a cancel is taken, as a rule of the gateway; for the table and the simulator. */
  readonly cancelWindow:
    | { readonly kind: 'unlimited' }
    | { readonly kind: 'days'; readonly days: number }
    | { readonly kind: 'months'; readonly months: number }
    | { readonly kind: 'same_month' };
  /** Most partial cancels of one payment, where the gateway has such a limit. */
  readonly partialCancelsMax?: number;
  /** Hours of the day in Seoul (`HH:MM`) in which the gateway takes no cancel; over midnight when `from` is later. */
  readonly closedHours?: { readonly from: string; readonly until: string };
  /**
   * After payment, does a cancel need the account that the refund goes to (and the telephone number)? `optional`: only in some
   * cases, and one that is given is sent.
   */
  readonly refundAccount: 'none' | 'optional' | 'required' | 'required_with_tel';
  /** What becomes of an issued cash receipt when its payment is cancelled. */
  readonly receiptOnCancel: 'revoked_by_gateway' | 'revoked_by_us' | 'left_alone';
  /**
   * Operations of which the gateway may not be able to say afterwards whether they were done, nor takes a repeat safely.
   * Their lost answers may stay open for a person; for all others an inquiry, or a repeat, must be able to tell.
   */
  readonly undecidable?: readonly UndecidableOperation[];
  /** Operations that the gateway takes from whoever knows the merchant's MID: a wrong key is not noticed. */
  readonly unauthenticated?: readonly GatewayOperation[];
  /** Where payments of this kind can be looked up otherwise than the gateway's other ones. */
  readonly lookup?: LookupSupport;
  readonly note?: string;
}

/** `partial_cancel`: a cancel that leaves something; a cancel of all that is left is `cancel`. */
export type UndecidableOperation = GatewayOperation | 'partial_cancel';

export type LookupSupport = 'by_order_id' | 'by_transaction_id' | 'none';

export interface Capabilities {
  readonly payMethods: Readonly<Partial<Record<PayMethod, PayMethodCapabilities>>>;
  /** Currencies that a payment may have. */
  readonly currencies: readonly string[];
  /** Longest cancel reason that the gateway takes; a longer one is shortened on the wire only. */
  readonly reasonLengthMax: number;
  /** How a payment can be looked up; by order id also before its transaction id is known. */
  readonly lookup: LookupSupport;
  /** KFTC's codes of the banks that issue virtual accounts, where they are fewer than those that take refunds. */
  readonly virtualAccountBanks?: readonly string[];
  /** Addresses that the gateway publishes as senders of its notices. */
  readonly noticeSenders?: readonly string[];
  /** Where the protocol facts come from. */
  readonly sources: readonly string[];
  readonly sandboxTested: boolean;
  readonly liveTested: boolean;
}

export function supportOf(
  capabilities: Capabilities,
  payMethod: PayMethod,
  operation: GatewayOperation | 'pay_in_window',
): Support {
  return capabilities.payMethods[payMethod]?.operations[operation] ?? 'unsupported';
}

export function lookupOf(capabilities: Capabilities, payMethod: PayMethod): LookupSupport {
  return capabilities.payMethods[payMethod]?.lookup ?? capabilities.lookup;
}
