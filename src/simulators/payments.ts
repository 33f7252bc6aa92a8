import type { ApprovedCard } from '../port/approval.ts';
import type { PayMethod } from '../port/payment.ts';
import { type Book, integer, json, text, textOrNull, time, timeOrNull } from './book.ts';
import { escrowRefusal, noteEscrowCancelled } from './escrow.ts';
import { hasClocks } from './mid-clocks.ts';
import type { SqlRow } from './sqlite.ts';
import { noteMoved, notePayment } from './subject.ts';

export type BookStatus = 'waiting_for_deposit' | 'paid' | 'partially_cancelled' | 'cancelled' | 'expired' | 'revoked';

/** What every payment is made with. */
interface PaymentTerms {
  readonly mid: string;
  readonly orderId: string;
  readonly tid: string;
  readonly orderName: string;
  readonly payMethod: PayMethod;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
  readonly requestedAt: Date;
}

/** What some payments have, by their method and their gateway. */
interface PaymentTraits {
  readonly currency: string;
  readonly dueAt: Date | null;
  readonly approvalNumber: string | null;
  readonly receiptUrl: string | null;
  /** Numbers in it are masked: a simulator never keeps a whole card number. */
  readonly card: ApprovedCard | null;
  /** KFTC's three-digit code: of the virtual account, or of the account that was debited. */
  readonly bankCode: string | null;
  readonly accountNumber: string | null;
  readonly accountHolder: string | null;
  readonly barcode: string | null;
  readonly noticeSecret: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A payment of the book when it is made. It is in won and has none of the traits, where nothing else is said. */
export interface NewBookPayment extends PaymentTerms, Partial<PaymentTraits> {
  readonly status: 'waiting_for_deposit' | 'paid';
}

export interface BookPayment extends PaymentTerms, PaymentTraits {
  readonly status: BookStatus;
  readonly balanceMinor: bigint;
  readonly taxFreeBalanceMinor: bigint;
  readonly paidAt: Date | null;
  readonly depositorName: string | null;
  readonly revokedAt: Date | null;
  readonly revocationTid: string | null;
  readonly revocationReason: string | null;
}

export interface BookCancel {
  readonly cancelTid: string;
  readonly ordinal: number;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly balanceAfterMinor: bigint;
  readonly reason: string;
  readonly cancelledAt: Date;
  /** `pending`: taken, and paid out at `completesAt`; `failed`: it could not be paid out, and its amount is back. */
  readonly state: 'done' | 'pending' | 'failed';
  readonly completesAt: Date | null;
  /** The gateway's code of a failure. */
  readonly failureCode: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** `undefined` when this merchant has used the order id (or the barcode) before. */
export function insertPayment(book: Book, payment: NewBookPayment): BookPayment | undefined {
  const row = book.get(
    `insert into payments (mid, order_id, tid, order_name, pay_method, currency, amount, tax_free, vat, balance,
       tax_free_balance, status, requested_at, paid_at, due_at, approval_number, receipt_url, card, bank_code,
       account_number, account_holder, barcode, notice_secret, detail)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict do nothing returning *`,
    payment.mid,
    payment.orderId,
    payment.tid,
    payment.orderName,
    payment.payMethod,
    payment.currency ?? 'KRW',
    payment.amountMinor,
    payment.taxFreeMinor,
    payment.vatMinor,
    payment.amountMinor,
    payment.taxFreeMinor,
    payment.status,
    payment.requestedAt.getTime(),
    payment.status === 'paid' ? payment.requestedAt.getTime() : null,
    payment.dueAt?.getTime() ?? null,
    payment.approvalNumber ?? null,
    payment.receiptUrl ?? null,
    payment.card ? JSON.stringify(payment.card) : null,
    payment.bankCode ?? null,
    payment.accountNumber ?? null,
    payment.accountHolder ?? null,
    payment.barcode ?? null,
    payment.noticeSecret ?? null,
    JSON.stringify(payment.detail ?? {}),
  );
  if (row) noteMoved(book, 'payment', payment.amountMinor);
  return row && notePayment(book, paymentOf(row));
}

export function paymentByTid(book: Book, mid: string, tid: string): BookPayment | undefined {
  const row = book.get('select * from payments where tid = ? and mid = ?', tid, mid);
  return row && notePayment(book, paymentOf(row));
}

/** Without a MID only where the caller is the control protocol; a gateway's own routes always know who calls. */
export function paymentByOrderId(book: Book, mid: string | null, orderId: string): BookPayment | undefined {
  const row =
    mid === null
      ? book.get('select * from payments where order_id = ?', orderId)
      : book.get('select * from payments where mid = ? and order_id = ?', mid, orderId);
  return row && notePayment(book, paymentOf(row));
}

export function listPayments(book: Book, mid: string | null, orderId: string | null): BookPayment[] {
  return book
    .all(
      `select * from payments where (?1 is null or mid = ?1) and (?2 is null or order_id = ?2)
       order by requested_at, rowid`,
      mid,
      orderId,
    )
    .map(paymentOf);
}

export function cancelsOf(book: Book, tid: string): BookCancel[] {
  return book.all('select * from cancels where payment_tid = ? order by ordinal', tid).map(cancelOf);
}

/** What waits beyond its time, by its merchant's clock, has expired. Called before anything is read or decided. */
export function expireDue(book: Book, now: Date): void {
  const expire = `update payments set status = 'expired', balance = 0, tax_free_balance = 0
     where status = 'waiting_for_deposit'`;
  book.run(`${expire} and due_at <= ? and mid not in (select mid from clocks)`, now.getTime());
  if (!hasClocks(book)) return;
  book.run(
    `${expire} and exists (select 1 from clocks where clocks.mid = payments.mid and payments.due_at <= clocks.at)`,
  );
}

/** Money came in for an account or a barcode. `undefined`: it no longer waits (or never did), or the amount differs. */
export function recordDeposit(
  book: Book,
  deposit: { mid: string; orderId: string; amountMinor: bigint; depositorName: string | null; now: Date },
): BookPayment | undefined {
  const row = book.get(
    `update payments set status = 'paid', paid_at = ?, depositor_name = ?
     where mid = ? and order_id = ? and status = 'waiting_for_deposit' and amount = ? returning *`,
    deposit.now.getTime(),
    deposit.depositorName,
    deposit.mid,
    deposit.orderId,
    deposit.amountMinor,
  );
  return row && paymentOf(row);
}

/** `undefined`: it no longer waits. */
export function recordRevocation(
  book: Book,
  revocation: { tid: string; revocationTid: string; reason: string; now: Date },
): BookPayment | undefined {
  const row = book.get(
    `update payments set status = 'revoked', balance = 0, tax_free_balance = 0, revoked_at = ?, revocation_tid = ?,
       revocation_reason = ?
     where tid = ? and status = 'waiting_for_deposit' returning *`,
    revocation.now.getTime(),
    revocation.revocationTid,
    revocation.reason,
    revocation.tid,
  );
  if (row) noteMoved(book, 'payment', integer(row, 'amount'));
  return row && notePayment(book, paymentOf(row));
}

/**
 * Takes an amount off a paid payment. `undefined`: it is not paid, or less is left. With `completesAt` the money goes out
 * only then; see `completeCancel`.
 */
export function recordCancel(
  book: Book,
  cancel: {
    tid: string;
    cancelTid: string;
    amountMinor: bigint;
    taxFreeMinor: bigint;
    reason: string;
    now: Date;
    detail?: Readonly<Record<string, unknown>>;
    completesAt?: Date | null;
  },
): BookPayment | undefined {
  const before = book.get('select * from payments where tid = ?', cancel.tid);
  // A gateway with codes of its own for it has asked before.
  if (before && escrowRefusal(book, paymentOf(before), cancel.amountMinor)) return undefined;
  const row = book.get(
    `update payments set balance = balance - ?1, tax_free_balance = tax_free_balance - ?2,
       status = case when balance = ?1 then 'cancelled' else 'partially_cancelled' end
     where tid = ?3 and status in ('paid', 'partially_cancelled') and balance >= ?1 and tax_free_balance >= ?2
     returning *`,
    cancel.amountMinor,
    cancel.taxFreeMinor,
    cancel.tid,
  );
  if (!row) return undefined;
  const changed = paymentOf(row);
  if (changed.balanceMinor === 0n) noteEscrowCancelled(book, changed.mid, changed.orderId);
  book.run(
    `insert into cancels (cancel_tid, payment_tid, ordinal, amount, tax_free, balance_after, reason, cancelled_at, detail,
       state, completes_at)
     values (?1, ?2, (select count(*) + 1 from cancels where payment_tid = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)`,
    cancel.cancelTid,
    cancel.tid,
    cancel.amountMinor,
    cancel.taxFreeMinor,
    integer(row, 'balance'),
    cancel.reason,
    cancel.now.getTime(),
    JSON.stringify(cancel.detail ?? {}),
    cancel.completesAt ? 'pending' : 'done',
    cancel.completesAt?.getTime() ?? null,
  );
  noteMoved(book, 'cancel', cancel.amountMinor);
  return notePayment(book, changed);
}

/** Cancels that were taken and are not paid out: of one payment, or all whose time has come by their merchant's clock. */
export function pendingCancels(
  book: Book,
  of: { readonly tid: string } | { readonly dueAt: Date },
): { readonly mid: string; readonly tid: string; readonly cancel: BookCancel }[] {
  const [condition, value] =
    'tid' in of
      ? ['p.tid = ?', of.tid]
      : ['c.completes_at <= coalesce((select at from clocks where clocks.mid = p.mid), ?)', of.dueAt.getTime()];
  return book
    .all(
      `select c.*, p.mid from cancels c join payments p on p.tid = c.payment_tid
       where c.state = 'pending' and ${condition} order by c.completes_at, c.rowid`,
      value,
    )
    .map((row) => ({ mid: text(row, 'mid'), tid: text(row, 'payment_tid'), cancel: cancelOf(row) }));
}

/**
 * The money of a pending cancel has gone out, or could not: then its amount is back on the payment. `undefined`: it was
 * not pending.
 */
export function completeCancel(
  book: Book,
  result: { cancelTid: string; succeeded: boolean; failureCode: string | null; now: Date },
): { readonly payment: BookPayment; readonly cancel: BookCancel } | undefined {
  const row = book.get(
    `update cancels set state = ?, failure_code = ?, completes_at = min(completes_at, ?)
     where cancel_tid = ? and state = 'pending' returning *`,
    result.succeeded ? 'done' : 'failed',
    result.failureCode,
    result.now.getTime(),
    result.cancelTid,
  );
  if (!row) return undefined;
  const cancel = cancelOf(row);
  if (!result.succeeded) {
    book.run(
      `update payments set balance = balance + ?1, tax_free_balance = tax_free_balance + ?2,
         status = case when balance + ?1 = amount then 'paid' else 'partially_cancelled' end where tid = ?3`,
      cancel.amountMinor,
      cancel.taxFreeMinor,
      text(row, 'payment_tid'),
    );
  }
  const changed = book.get('select * from payments where tid = ?', text(row, 'payment_tid'));
  return changed && { payment: paymentOf(changed), cancel };
}

function cancelOf(row: SqlRow): BookCancel {
  return {
    cancelTid: text(row, 'cancel_tid'),
    ordinal: Number(integer(row, 'ordinal')),
    amountMinor: integer(row, 'amount'),
    taxFreeMinor: integer(row, 'tax_free'),
    balanceAfterMinor: integer(row, 'balance_after'),
    reason: text(row, 'reason'),
    cancelledAt: time(row, 'cancelled_at'),
    state: text(row, 'state') as BookCancel['state'],
    completesAt: timeOrNull(row, 'completes_at'),
    failureCode: textOrNull(row, 'failure_code'),
    detail: json(row, 'detail'),
  };
}

function paymentOf(row: SqlRow): BookPayment {
  return {
    mid: text(row, 'mid'),
    orderId: text(row, 'order_id'),
    tid: text(row, 'tid'),
    orderName: text(row, 'order_name'),
    payMethod: text(row, 'pay_method') as PayMethod,
    currency: text(row, 'currency'),
    amountMinor: integer(row, 'amount'),
    taxFreeMinor: integer(row, 'tax_free'),
    vatMinor: integer(row, 'vat'),
    balanceMinor: integer(row, 'balance'),
    taxFreeBalanceMinor: integer(row, 'tax_free_balance'),
    status: text(row, 'status') as BookStatus,
    requestedAt: time(row, 'requested_at'),
    paidAt: timeOrNull(row, 'paid_at'),
    dueAt: timeOrNull(row, 'due_at'),
    approvalNumber: textOrNull(row, 'approval_number'),
    receiptUrl: textOrNull(row, 'receipt_url'),
    card: row.card === null ? null : json<ApprovedCard>(row, 'card'),
    bankCode: textOrNull(row, 'bank_code'),
    accountNumber: textOrNull(row, 'account_number'),
    accountHolder: textOrNull(row, 'account_holder'),
    barcode: textOrNull(row, 'barcode'),
    depositorName: textOrNull(row, 'depositor_name'),
    noticeSecret: textOrNull(row, 'notice_secret'),
    revokedAt: timeOrNull(row, 'revoked_at'),
    revocationTid: textOrNull(row, 'revocation_tid'),
    revocationReason: textOrNull(row, 'revocation_reason'),
    detail: json(row, 'detail'),
  };
}
