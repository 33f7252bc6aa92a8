import type { GatewayOperation, PayMethod } from './gateway.ts';

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
    | { readonly kind: 'same_month' };
  /** After payment, does a cancel need the account that the refund goes to (and the telephone number)? */
  readonly refundAccount: 'none' | 'required' | 'required_with_tel';
  /** What becomes of an issued cash receipt when its payment is cancelled. */
  readonly receiptOnCancel: 'revoked_by_gateway' | 'revoked_by_us' | 'left_alone';
  /**
   * Operations of which nothing at the gateway says afterwards whether they were done. Their lost answers stay open for a
   * person; for all others an inquiry must be able to tell.
   */
  readonly undecidable?: readonly GatewayOperation[];
  readonly note?: string;
}

export interface Capabilities {
  readonly payMethods: Readonly<Partial<Record<PayMethod, PayMethodCapabilities>>>;
  /** Currencies that a payment may have. */
  readonly currencies: readonly string[];
  /** Longest cancel reason that the gateway takes; a longer one is shortened on the wire only. */
  readonly reasonLengthMax: number;
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
