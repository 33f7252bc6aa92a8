import type { EscrowCapabilities, EscrowStatus } from '../port/escrow.ts';
import { escrowPhaseOf } from '../port/escrow.ts';
import { type Book, integer, json, text, textOrNull } from './book.ts';

/** An escrow payment in a gateway's book. */
export interface BookEscrow {
  readonly mid: string;
  readonly orderId: string;
  /** `null`: nothing has been sent yet. */
  readonly status: EscrowStatus | null;
  readonly company: string | null;
  readonly invoice: string | null;
  readonly sentAt: Date | null;
  readonly registeredAt: Date | null;
  readonly deniedReason: string | null;
}

/** The rules of the day of the payment are kept with it. */
export function openEscrow(book: Book, mid: string, orderId: string, cancel: EscrowCapabilities['cancel']): void {
  book.run('insert into escrows (mid, order_id, cancel_rules) values (?, ?, ?)', mid, orderId, JSON.stringify(cancel));
}

export function escrowOf(book: Book, mid: string, orderId: string): BookEscrow | undefined {
  const row = book.get('select * from escrows where mid = ? and order_id = ?', mid, orderId);
  return (
    row && {
      mid,
      orderId,
      status: textOrNull(row, 'status') as EscrowStatus | null,
      company: textOrNull(row, 'company'),
      invoice: textOrNull(row, 'invoice'),
      sentAt: row.sent_at === null ? null : new Date(Number(integer(row, 'sent_at'))),
      registeredAt: row.registered_at === null ? null : new Date(Number(integer(row, 'registered_at'))),
      deniedReason: textOrNull(row, 'denied_reason'),
    }
  );
}

export function listEscrows(book: Book, mid: string | null, orderId: string | null): BookEscrow[] {
  const rows = book.all(
    'select mid, order_id from escrows where (?1 is null or mid = ?1) and (?2 is null or order_id = ?2) order by rowid',
    mid,
    orderId,
  );
  return rows.flatMap((row) => escrowOf(book, text(row, 'mid'), text(row, 'order_id')) ?? []);
}

/** `false`: there is no such escrow, it was (or was not) registered before, or the buyer has decided. */
export function recordShipping(
  book: Book,
  shipping: {
    readonly mid: string;
    readonly orderId: string;
    readonly isChange: boolean;
    readonly company: string;
    readonly invoice: string;
    readonly sentAt: Date;
    readonly now: Date;
  },
): boolean {
  const changed = book.run(
    `update escrows set status = 'shipped', company = ?, invoice = ?, sent_at = ?, registered_at = ?
     where mid = ? and order_id = ? and ${shipping.isChange ? `status = 'shipped'` : 'status is null'}`,
    shipping.company,
    shipping.invoice,
    shipping.sentAt.getTime(),
    shipping.now.getTime(),
    shipping.mid,
    shipping.orderId,
  );
  return changed > 0;
}

/** From what to what a buyer, the gateway or the merchant may go. */
const decisions: Readonly<Partial<Record<EscrowStatus, readonly EscrowStatus[]>>> = {
  confirmed: ['shipped'],
  auto_confirmed: ['shipped'],
  forced: ['shipped'],
  refused: ['shipped'],
  refusal_acknowledged: ['refused'],
};

/** `undefined`: it can't go there from where it is. */
export function decideEscrow(
  book: Book,
  at: { readonly mid: string; readonly orderId: string },
  status: EscrowStatus,
  reason: string | null,
): BookEscrow | undefined {
  const before = escrowOf(book, at.mid, at.orderId);
  if (!before?.status || !decisions[status]?.includes(before.status)) return undefined;
  book.run(
    'update escrows set status = ?, denied_reason = coalesce(?, denied_reason) where mid = ? and order_id = ?',
    status,
    reason,
    at.mid,
    at.orderId,
  );
  return escrowOf(book, at.mid, at.orderId);
}

/** What speaks against a cancel; `undefined`: nothing, or it is no escrow. */
export function escrowRefusal(
  book: Book,
  payment: { readonly mid: string; readonly orderId: string; readonly amountMinor: bigint },
  amountMinor: bigint,
): 'partial' | 'phase' | undefined {
  const row = book.get(
    'select status, cancel_rules from escrows where mid = ? and order_id = ?',
    payment.mid,
    payment.orderId,
  );
  if (!row) return undefined;
  const rules = json<EscrowCapabilities['cancel']>(row, 'cancel_rules');
  if (!rules[escrowPhaseOf(textOrNull(row, 'status') as EscrowStatus | null)]) return 'phase';
  return amountMinor < payment.amountMinor ? 'partial' : undefined;
}

/** With its payment. */
export function noteEscrowCancelled(book: Book, mid: string, orderId: string): void {
  book.run(`update escrows set status = 'cancelled' where mid = ? and order_id = ?`, mid, orderId);
}
