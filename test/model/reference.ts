/**
 * What the rules of the API say of payments, as plain arithmetic. It shares no code with the server on purpose: where the
 * two differ, one of them is wrong. Amounts are whole won.
 */
export type Method = 'card' | 'trans' | 'phone' | 'vbank' | 'cvs' | 'cultureland';

export interface ReferenceReceipt {
  readonly amount: number;
  readonly vat: number;
  /** What the tax service still has on it. */
  left: number;
}

export interface ReferencePayment {
  readonly impUid: string;
  readonly order: string;
  readonly method: Method;
  readonly amount: number;
  readonly taxFree: number;
  readonly vat: number;
  status: 'ready' | 'paid' | 'cancelled' | 'failed';
  /** Where a payment never came about, the gateway has nothing in its book. */
  readonly isAtGateway: boolean;
  readonly history: number[];
  cancelledTaxFree: number;
  cancelledVat: number;
  readonly receipts: ReferenceReceipt[];
}

export interface ReferenceKey {
  readonly customerUid: string;
  readonly customerId: string;
  /** How the gateway knows it: by its customer, or by the order of the window. */
  readonly reference: string;
  /** Its card is over its limit: it gets a key, and every charge is declined. */
  readonly isDeclined: boolean;
  /** `unsure`: a deletion failed, and its request may have arrived all the same. */
  atGateway: 'alive' | 'unsure' | 'removed';
}

export interface ReferenceSchedule {
  readonly order: string;
  readonly customerUid: string;
  readonly amount: number;
  /** Seconds since 1970. */
  at: number;
  state: 'scheduled' | 'taken' | 'revoked';
  /** The newest attempt of one that is `taken`. */
  payment: ReferencePayment | null;
}

export interface KeyReference {
  /** One per name: what is registered under it now. */
  readonly keys: Map<string, ReferenceKey>;
  /** Every key that was ever ours, in its order, whatever became of it. */
  readonly issued: ReferenceKey[];
  /** Registrations that failed after their request may have arrived: so many keys at the gateway are nobody's. */
  lostIssues: number;
  readonly schedules: ReferenceSchedule[];
}

export interface Reference {
  readonly payments: ReferencePayment[];
  readonly keys: KeyReference;
}

/** A value that is no amount in won: whatever it is, the request is refused. */
export interface BadAmount {
  readonly bad: unknown;
}
export type AskedAmount = number | null | BadAmount;

export interface CancelAsked {
  readonly amount: AskedAmount;
  readonly checksum: AskedAmount;
  readonly taxFree: AskedAmount;
  readonly vat: AskedAmount;
  readonly account: 'none' | 'good' | 'unknown bank' | 'letters';
}

export type Decision<T> = { readonly refusedAs: string } | { readonly takes: T };

export interface Taken {
  readonly amount: number;
  readonly taxFree: number;
  readonly vat: number;
}

export const cancelled = (payment: ReferencePayment): number =>
  payment.history.reduce((sum, amount) => sum + amount, 0);
export const remaining = (payment: ReferencePayment): number => payment.amount - cancelled(payment);
/** Korean VAT: a tenth on top, so an eleventh of what is taxed, to the nearest won. */
export const vatOf = (taxed: number): number => Math.round(taxed / 11);
export const standingReceipt = (payment: ReferencePayment): ReferenceReceipt | undefined =>
  payment.receipts.find(({ left }) => left > 0);

const isBad = (asked: AskedAmount): asked is BadAmount => typeof asked === 'object' && asked !== null;

export function decideCancel(payment: ReferencePayment | undefined, asked: CancelAsked): Decision<Taken> {
  if (!payment) return { refusedAs: 'cancel_target_not_found' };
  const { amount, checksum, taxFree, vat } = asked;
  if (isBad(amount) || isBad(checksum) || isBad(taxFree) || isBad(vat)) return { refusedAs: 'amount_invalid' };
  if (payment.status === 'ready') {
    if (payment.method === 'vbank') return { refusedAs: 'cancel_vbank_not_deposited' };
    if (payment.method === 'cvs') return { refusedAs: 'cancel_barcode_not_paid' };
    throw new Error('nothing else waits');
  }
  if (payment.status === 'failed') return { refusedAs: 'cancel_not_paid' };
  const left = remaining(payment);
  if (left === 0) return { refusedAs: 'already_cancelled' };
  if (checksum !== null && checksum !== left) return { refusedAs: 'checksum_mismatch' };
  const takes = amount === null || amount === 0 ? left : amount;
  if (takes > left) return { refusedAs: 'cancel_amount_exceeds_balance' };
  const taxFreeLeft = payment.taxFree - payment.cancelledTaxFree;
  const vatLeft = payment.vat - payment.cancelledVat;
  for (const [part, partLeft] of [
    [taxFree, taxFreeLeft],
    [vat, vatLeft],
  ] as const) {
    if (part === null) continue;
    if (part > takes) return { refusedAs: 'tax_free_exceeds_amount' };
    if (part > partLeft) return { refusedAs: 'cancel_tax_free_exceeds_balance' };
  }
  if (payment.method === 'cvs') return { refusedAs: 'not_supported_by_gateway' };
  if (payment.method === 'cultureland' && takes !== payment.amount) {
    return { refusedAs: 'partial_cancel_not_supported' };
  }
  if (payment.method === 'vbank' && asked.account === 'none') return { refusedAs: 'refund_account_missing' };
  if (payment.method === 'vbank' && asked.account !== 'good') return { refusedAs: 'refund_account_invalid' };
  const isLast = takes === left;
  const takenTaxFree = taxFree ?? (isLast ? Math.min(takes, taxFreeLeft) : 0);
  const takenVat = vat ?? Math.min(vatLeft, isLast ? takes : vatOf(takes - takenTaxFree));
  return { takes: { amount: takes, taxFree: takenTaxFree, vat: takenVat } };
}

export function applyCancel(payment: ReferencePayment, taken: Taken): void {
  payment.history.push(taken.amount);
  payment.cancelledTaxFree += taken.taxFree;
  payment.cancelledVat += taken.vat;
  payment.status = 'cancelled';
}

/** The receipt follows its payment: wholly with the last cancellation, by the same amount before. */
export function applyCancelToReceipt(payment: ReferencePayment, taken: Taken): void {
  const receipt = standingReceipt(payment);
  if (receipt) receipt.left -= remaining(payment) === 0 ? receipt.left : Math.min(taken.amount, receipt.left);
}

const hasReceipts = (method: Method): boolean => method === 'trans' || method === 'vbank';

export function decideReceipt(payment: ReferencePayment): Decision<{ readonly amount: number; readonly vat: number }> {
  const isPaid = payment.status === 'paid' || payment.status === 'cancelled';
  const amount = remaining(payment);
  if (!isPaid || amount === 0) return { refusedAs: 'receipt_payment_not_paid' };
  if (!hasReceipts(payment.method)) return { refusedAs: 'receipt_not_supported' };
  if (standingReceipt(payment)) return { refusedAs: 'receipt_already_issued' };
  const taxFree = Math.min(payment.taxFree - payment.cancelledTaxFree, amount);
  return { takes: { amount, vat: vatOf(amount - taxFree) } };
}

export function decideReceiptRevocation(payment: ReferencePayment): Decision<ReferenceReceipt> {
  if (!hasReceipts(payment.method)) return { refusedAs: 'receipt_not_supported' };
  if (payment.receipts.length === 0) return { refusedAs: 'receipt_never_issued' };
  const receipt = standingReceipt(payment);
  return receipt ? { takes: receipt } : { refusedAs: 'receipt_already_revoked' };
}

/** Of several payments of one order: the newest that can be cancelled, else the newest of those nearest to it. */
export function paymentOfOrder({ payments }: Reference, order: string): ReferencePayment | undefined {
  const rank = (payment: ReferencePayment): number => {
    if (payment.status === 'paid' || (payment.status === 'cancelled' && remaining(payment) > 0)) return 0;
    return { paid: 0, cancelled: 1, ready: 2, failed: 3 }[payment.status];
  };
  return payments
    .filter((payment) => payment.order === order)
    .reverse()
    .sort((one, other) => rank(one) - rank(other))[0];
}

/** Somebody has paid for the order, and not all of it was given back. */
export function isOrderPaid({ payments }: Reference, order: string): boolean {
  return payments.some(
    (payment) =>
      payment.order === order &&
      (payment.status === 'paid' || (payment.status === 'cancelled' && remaining(payment) > 0)),
  );
}

export const faultKinds = ['reject', 'timeout', 'lost_answer', 'disconnect', 'slow', 'http_500', 'garbage'] as const;

export interface Fault {
  readonly kind: (typeof faultKinds)[number];
  /** Longer than the server waits for a gateway. */
  readonly isLong: boolean;
  /** Whether the first question about it goes wrong as well. */
  readonly inquiry: 'good' | 'disconnect' | 'garbage' | 'reject';
}

/**
 * What becomes of an operation in the end, whatever its caller was told. What never reached the gateway's book is sent
 * again with the same key, except where it can't be: the numbers of a card are not kept.
 */
export function isCarriedOut(fault: Fault | null, canBeRepeated: boolean): boolean {
  switch (fault?.kind) {
    case undefined:
    case 'lost_answer':
    case 'garbage':
    case 'slow':
      return true;
    case 'reject':
      return false;
    case 'timeout':
    case 'disconnect':
    case 'http_500':
      return canBeRepeated;
  }
}
