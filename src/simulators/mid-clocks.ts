import { type Book, integer, text } from './book.ts';

/** Something that fell due by a merchant's clock. */
export interface DueThing {
  readonly at: Date;
  readonly kind: 'vbank_expired' | 'barcode_expired' | 'refund_paid_out';
  readonly orderId: string;
  /** Of a refund. */
  readonly amountMinor: bigint | null;
}

export function hasClocks(book: Book): boolean {
  return book.getKnown('select 1 from clocks limit 1') !== undefined;
}

/** The merchant's time: the one that its clock is held at, or the simulator's. */
export function midTime(book: Book, mid: string, now: Date): Date {
  const row = book.getKnown('select at from clocks where mid = ?', mid);
  return row ? new Date(Number(integer(row, 'at'))) : now;
}

/** `null`: the merchant's clock is the simulator's again. */
export function setMidClock(book: Book, mid: string, at: Date | null): void {
  if (at === null) book.run('delete from clocks where mid = ?', mid);
  else book.run('insert or replace into clocks (mid, at) values (?, ?)', mid, at.getTime());
}

/** When the next account or barcode expires, or a refund is paid out. */
export function nextDue(book: Book, mid: string, after: Date): Date | null {
  const row = book.get(
    `select min(at) as at from (
       select min(due_at) as at from payments where mid = ?1 and status = 'waiting_for_deposit' and due_at > ?2
       union all
       select min(completes_at) from cancels c join payments p on p.tid = c.payment_tid
       where p.mid = ?1 and c.state = 'pending' and completes_at > ?2)`,
    mid,
    after.getTime(),
  );
  return !row || row.at === null ? null : new Date(Number(integer(row, 'at')));
}

/** What fell due after `since` and up to `until`. Read from what the book has become, so that asking again answers the same. */
export function happenedIn(book: Book, mid: string, since: Date, until: Date): DueThing[] {
  return book
    .all(
      `select due_at as at, case pay_method when 'cvs' then 'barcode_expired' else 'vbank_expired' end as kind, order_id,
         null as amount
       from payments where mid = ?1 and status = 'expired' and due_at > ?2 and due_at <= ?3
       union all
       select completes_at, 'refund_paid_out', order_id, c.amount from cancels c join payments p on p.tid = c.payment_tid
       where p.mid = ?1 and c.state = 'done' and completes_at > ?2 and completes_at <= ?3
       order by at`,
      mid,
      since.getTime(),
      until.getTime(),
    )
    .map((row) => ({
      at: new Date(Number(integer(row, 'at'))),
      kind: text(row, 'kind') as DueThing['kind'],
      orderId: text(row, 'order_id'),
      amountMinor: row.amount === null ? null : integer(row, 'amount'),
    }));
}
