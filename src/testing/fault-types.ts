export type FaultOperation =
  | 'approve'
  | 'approve_window'
  | 'pay_from_wallet'
  | 'issue_vbank'
  | 'revoke_vbank'
  | 'issue_barcode'
  | 'revoke_barcode'
  | 'issue_receipt'
  | 'revoke_receipt'
  | 'register_shipping'
  | 'issue_key'
  | 'charge_key'
  | 'revoke_key'
  | 'cancel'
  | 'request_certification'
  | 'confirm_certification'
  | 'change_order'
  | 'inquire';

/**
 * `reject`: refused, not done. `timeout`: not done, no answer. `lost_answer`: done, no answer. `disconnect`: not done, the
 * connection breaks. `slow`: done and answered late. `http_500`: not done, the gateway's internal error. `garbage`: done, and
 * an answer that can't be read.
 */
export type FaultKind = 'reject' | 'timeout' | 'lost_answer' | 'disconnect' | 'slow' | 'http_500' | 'garbage';

/** Drawn anew for each request. */
export type FaultLatency =
  | { readonly distribution: 'fixed'; readonly ms: number }
  | { readonly distribution: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly distribution: 'exponential'; readonly meanMs: number; readonly capMs: number };

export interface FaultAnswer {
  /** For `slow`, `timeout` and `lost_answer`; or a `latency`. */
  readonly delayMs?: number;
  readonly latency?: FaultLatency;
  /** Of a refusal; default: the gateway's usual ones. */
  readonly code?: string;
  readonly message?: string;
}

/** Which requests go wrong, and how. `docs/sandbox.md` tells of each field. */
export interface FaultOptions extends FaultAnswer {
  /** Default `tosspayments`; `any`: every gateway, each counting by itself. */
  readonly gateway?: string;
  readonly operation: FaultOperation | 'any';
  /** Left out with a `script`, or with a `latency` (`slow`). */
  readonly kind?: FaultKind;
  /** Answers in their order, one per request; `pass` is an ordinary one. */
  readonly script?: readonly ({ readonly kind: FaultKind | 'pass' } & FaultAnswer)[];
  /** How many requests it strikes, or how often the script is played. Default 1; with a `probability`: no end. */
  readonly count?: number;
  /** From 0 to 1, for each request that fits. The same `seed` and requests meet the same faults. */
  readonly probability?: number;
  readonly seed?: string;
  /** Exactly this much, or within bounds, in the smallest unit of the currency. */
  readonly amount?: number;
  readonly amountMin?: number;
  readonly amountMax?: number;
  /** First digits (up to six) and last digits (up to four) of the card. */
  readonly cardPrefix?: string;
  readonly cardSuffix?: string;
  /** Of one payment alone. */
  readonly impUid?: string;
  /** Adding the same id again changes nothing. */
  readonly id?: string;
}
