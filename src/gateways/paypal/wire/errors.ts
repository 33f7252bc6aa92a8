import type { RefusalCategory } from '../../../port/outcome.ts';

export interface PaypalIssue {
  readonly status: number;
  readonly category: RefusalCategory;
}

/** `details[].issue` of a refused refund or capture, and names that come without one. Source: PayPal's OpenAPI descriptions. */
export const paypalIssues = {
  invalid_client: { status: 401, category: 'bad_credentials' },
  INVALID_TOKEN: { status: 401, category: 'bad_credentials' },
  PERMISSION_DENIED: { status: 403, category: 'contract_missing' },
  INVALID_RESOURCE_ID: { status: 404, category: 'unknown_transaction' },
  INVALID_PARAMETER_SYNTAX: { status: 400, category: 'other' },
  CAPTURE_FULLY_REFUNDED: { status: 422, category: 'already_cancelled' },
  REFUND_AMOUNT_EXCEEDED: { status: 422, category: 'over_balance' },
  REFUND_AMOUNT_TOO_LOW: { status: 422, category: 'other' },
  REFUND_TIME_LIMIT_EXCEEDED: { status: 422, category: 'window_passed' },
  PARTIAL_REFUND_NOT_ALLOWED: { status: 422, category: 'partial_not_supported' },
  MAX_NUMBER_OF_REFUNDS_EXCEEDED: { status: 422, category: 'partial_not_supported' },
  TRANSACTION_DISPUTED: { status: 422, category: 'partial_not_supported' },
  REFUND_NOT_ALLOWED: { status: 422, category: 'other' },
  REFUND_FAILED_INSUFFICIENT_FUNDS: { status: 422, category: 'temporarily_unavailable' },
  PENDING_CAPTURE: { status: 422, category: 'temporarily_unavailable' },
  REFUND_CAPTURE_CURRENCY_MISMATCH: { status: 422, category: 'other' },
  DECIMALS_NOT_SUPPORTED: { status: 422, category: 'other' },
  DUPLICATE_INVOICE_ID: { status: 422, category: 'other' },
  REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK: { status: 422, category: 'other' },
  PAYEE_ACCOUNT_RESTRICTED: { status: 422, category: 'other' },
  PAYEE_ACCOUNT_LOCKED_OR_CLOSED: { status: 422, category: 'other' },
  PAYER_ACCOUNT_LOCKED_OR_CLOSED: { status: 422, category: 'other' },
  REFUND_IS_RESTRICTED: { status: 422, category: 'other' },
  ORDER_ALREADY_CAPTURED: { status: 422, category: 'other' },
  ORDER_NOT_APPROVED: { status: 422, category: 'other' },
  INSTRUMENT_DECLINED: { status: 422, category: 'other' },
  PAYER_ACCOUNT_RESTRICTED: { status: 422, category: 'other' },
  PAYER_CANNOT_PAY: { status: 422, category: 'other' },
  TRANSACTION_REFUSED: { status: 422, category: 'other' },
  COMPLIANCE_VIOLATION: { status: 422, category: 'other' },
} as const satisfies Readonly<Record<string, PaypalIssue>>;
export type PaypalIssueCode = keyof typeof paypalIssues;

/** An issue that is not known has the category of its HTTP status. */
export function categoryOf(issue: string, status: number): RefusalCategory {
  if (Object.hasOwn(paypalIssues, issue)) return paypalIssues[issue as PaypalIssueCode].category;
  return ({ 401: 'bad_credentials', 403: 'contract_missing', 404: 'unknown_transaction' } as const)[status] ?? 'other';
}
