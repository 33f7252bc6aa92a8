import assert from 'node:assert/strict';
import type { Database } from '../../src/platform/database/pool.ts';
import type { ApiClient } from '../kit/api-client.ts';

const limitMs = 30_000;

/** Looks until `look` answers something other than `undefined` or `false`; a test that would look for ever fails. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > end) assert.fail(`this was never seen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Recovery has settled everything: of one merchant's payment, or of the whole database. */
export async function untilNothingIsOpen(database: Database, impUid?: string): Promise<void> {
  await until('no operation is open', async () => {
    const open = await database.query(
      `select from operations o left join receipts r on r.id = o.receipt_id
       left join payments p on p.id = coalesce(o.payment_id, r.payment_id)
       where o.ended_at is null and ($1::text is null or p.imp_uid = $1)`,
      [impUid ?? null],
    );
    return open.length === 0;
  });
}

/** The armed faults of the client's merchant have all struck at the gateway: what they hit has reached it. */
export async function untilFaultsHaveStruck(client: ApiClient, provider: string): Promise<void> {
  const armed = `/sandbox/faults?pg_provider=${provider}`;
  await until('the gateway was reached', async () => (await client.get(armed)).response.list.length === 0);
}

export async function addFault(client: ApiClient, fault: object): Promise<void> {
  const added = await client.post('/sandbox/faults', fault);
  assert.equal(added.code, 0, added.text);
}

export interface ReceiptInBook {
  readonly receipt_tid: string;
  readonly amount: number;
  readonly balance: number;
  readonly status: string;
}

/** The receipts that the gateway's book has of a payment. */
export async function receiptsInBook(client: ApiClient, impUid: string): Promise<readonly ReceiptInBook[]> {
  const book = await client.get('/sandbox/books/tosspayments');
  return book.response.receipts.filter((receipt: { imp_uid: string }) => receipt.imp_uid === impUid);
}

/** The state of a payment's money as the database has it. */
export interface Balances {
  readonly amount_minor: bigint;
  readonly cancelled_minor: bigint;
  readonly reserved_minor: bigint;
  readonly cancelled_tax_free_minor: bigint;
  readonly reserved_tax_free_minor: bigint;
  readonly cancelled_vat_minor: bigint;
  readonly reserved_vat_minor: bigint;
  readonly status: string;
  readonly turn_of: string | null;
}

export async function balancesOf(database: Database, impUid: string): Promise<Balances> {
  const [row] = await database.query<Balances>('select * from payments where imp_uid = $1', [impUid]);
  assert.ok(row, `there is a payment ${impUid}`);
  return row;
}

/** How often an operation of the payment ended in each way, by the audit, which nobody can change. */
export async function endingsOf(database: Database, impUid: string, kind: string): Promise<readonly string[]> {
  const rows = await database.query<{ to_state: string }>(
    `select a.to_state from operation_audit a join operations o on o.id = a.operation_id
     left join receipts r on r.id = o.receipt_id
     join payments p on p.id = coalesce(o.payment_id, r.payment_id)
     where p.imp_uid = $1 and o.kind = $2 and a.to_state in ('confirmed', 'refused', 'unsent') order by a.id`,
    [impUid, kind],
  );
  return rows.map((row) => row.to_state);
}
