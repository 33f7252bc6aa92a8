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
  not_enough: 'The buyer has not as much as the payment asks for.',
  bad_card: 'The card, or what was given of it, was not accepted.',
  bad_refund_account: 'The account that the refund should go to was not accepted.',
  other: 'None of these, or the gateway does not say.',
} as const satisfies Readonly<Record<string, string>>;
export type RefusalCategory = keyof typeof refusalCategories;
