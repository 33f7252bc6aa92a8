import type { EscrowCapabilities } from './escrow.ts';
import type { GatewayOperation } from './operations.ts';
import type { PayMethod } from './payment.ts';
import type { Support } from './support.ts';
import type { TextRule } from './texts.ts';

export type { Support } from './support.ts';

/** Operations, and what the buyer does in the gateway's own window, which this server only learns of. */
export type Capability = GatewayOperation | 'pay_in_window' | 'issue_key_in_window';

/** What a gateway does for one pay method. What is not listed in `operations` is unsupported. */
export interface PayMethodCapabilities {
  readonly operations: Readonly<Partial<Record<Capability, Support>>>;
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
  /**
   * How a refund is shown that the gateway has taken and pays out later: `pending`, until it has ended, only where i'mport's
   * documents say so. Everywhere else it is `cancelled` at once, as the API's documentation has it.
   */
  readonly acceptedRefund?: 'pending';
  /** What becomes of an issued cash receipt when its payment is cancelled. */
  readonly receiptOnCancel: 'revoked_by_gateway' | 'revoked_by_us' | 'left_alone';
  /**
   * Operations of which the gateway may not be able to say afterwards whether they were done, nor takes a repeat safely.
   * Their lost answers may stay open for a person; for all others an inquiry, or a repeat, must be able to tell.
   */
  readonly undecidable?: readonly UndecidableOperation[];
  /** Operations that the gateway takes from whoever knows the merchant's MID: a wrong key is not noticed. */
  readonly unauthenticated?: readonly GatewayOperation[];
  /** Operations whose requests have no field for instalments: they charge at once. */
  readonly withoutInstalments?: readonly GatewayOperation[];
  /** Where payments of this kind can be looked up otherwise than the gateway's other ones. */
  readonly lookup?: LookupSupport;
  readonly note?: string;
}

/** `partial_cancel`: a cancel that leaves something; a cancel of all that is left is `cancel`. */
export type UndecidableOperation = GatewayOperation | 'partial_cancel';

export type LookupSupport = 'by_order_id' | 'by_transaction_id' | 'none';

/**
 * What an order may ask of some gateways besides its amounts, as i'mport names it. A gateway that does not list it would drop
 * it, and the payment would not be the one that was asked for.
 */
export const orderOptions = ['interest_free_by_merchant', 'use_card_point', 'vbank_key', 'vbank_num'] as const;
export type OrderOption = (typeof orderOptions)[number];

/** Fields of a receipt that some gateways can't do without, as i'mport names them. */
export const externalReceiptFields = [
  'identifier_type',
  'type',
  'buyer_name',
  'buyer_tel',
  'product_type',
  'corp_reg_no',
  'pay_method',
] as const;
export type ExternalReceiptField = (typeof externalReceiptFields)[number];

/** Cash receipts for money that never went through the gateway. */
export interface ExternalReceiptCapabilities {
  readonly issue: Support;
  readonly revoke: Support;
  /** What has to be given for an issue, by i'mport's documentation. */
  readonly required?: readonly ExternalReceiptField[];
  /** Kinds of identifier that are taken; absent: all. */
  readonly identifierTypes?: readonly ('person' | 'business' | 'phone' | 'taxcard')[];
  /** The merchant's number of the order has letters and digits only. */
  readonly plainOrderNumbers?: true;
}

export interface Capabilities {
  readonly payMethods: Readonly<Partial<Record<PayMethod, PayMethodCapabilities>>>;
  /** Currencies that a payment may have. */
  readonly currencies: readonly string[];
  /** What it takes of a reason, which is cleaned and shortened on the wire only; `null`: its requests have no field for one. */
  readonly reason: TextRule | null;
  /** How a payment can be looked up; by order id also before its transaction id is known. */
  readonly lookup: LookupSupport;
  /** KFTC's codes of the banks that issue virtual accounts, where they are fewer than those that take refunds. */
  readonly virtualAccountBanks?: readonly string[];
  readonly orderOptions?: readonly OrderOption[];
  /** Where it offers escrow: for the pay methods that have `register_shipping`. */
  readonly escrow?: EscrowCapabilities;
  /** Absent: the gateway issues receipts for payments of its own only. */
  readonly externalReceipts?: ExternalReceiptCapabilities;
  /** Addresses that the gateway publishes as senders of its notices. */
  readonly noticeSenders?: readonly string[];
  /** Where the protocol facts come from. */
  readonly sources: readonly string[];
  readonly sandboxTested: boolean;
  readonly liveTested: boolean;
}

export function supportOf(capabilities: Capabilities, payMethod: PayMethod, operation: Capability): Support {
  return capabilities.payMethods[payMethod]?.operations[operation] ?? 'unsupported';
}

export function lookupOf(capabilities: Capabilities, payMethod: PayMethod): LookupSupport {
  return capabilities.payMethods[payMethod]?.lookup ?? capabilities.lookup;
}
