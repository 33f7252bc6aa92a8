import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { type AnnouncedAmount, announcedNumber, isAnnouncedAmount } from '../../platform/money/announced-amount.ts';
import type { Payment } from '../records/payment.ts';

/** What an order costs, announced by the shop's server before its payment window opens. */
export interface PreparedAmount {
  readonly merchantUid: string;
  readonly amount: AnnouncedAmount;
  /** `null`: the payment may be in any. */
  readonly currency: string | null;
}

interface PreparedRow {
  readonly merchant_uid: string;
  readonly amount_digits: bigint;
  readonly amount_scale: number;
  readonly currency: string | null;
}

interface Parts {
  readonly database: Database;
  readonly clock: Clock;
}

const columns = 'merchant_uid, amount_digits, amount_scale, currency';

/** An order is announced once, for ever; a second time, with the same amount as well, is `prepare_duplicate`. */
export async function announceAmount(
  { database, clock }: Parts,
  merchantId: bigint,
  { merchantUid, amount, currency }: PreparedAmount,
): Promise<PreparedAmount> {
  const [row] = await database.query<PreparedRow>(
    `insert into prepared_amounts (merchant_id, ${columns}, created_at, changed_at) values ($1, $2, $3, $4, $5, $6, $6)
     on conflict (merchant_id, merchant_uid) do nothing
     returning ${columns}`,
    [merchantId, merchantUid, amount.digits, amount.scale, currency, clock.now()],
  );
  if (!row) throw new Refusal('prepare_duplicate');
  return fromRow(row);
}

/**
 * The amount is another one from now on. `read` is told the currency that stays where none is given. What was paid already is not
 * touched, since the amount counts when a window opens.
 */
export async function changeAmount(
  { database, clock }: Parts,
  merchantId: bigint,
  {
    merchantUid,
    currency,
    read,
  }: Pick<PreparedAmount, 'merchantUid' | 'currency'> & {
    readonly read: (currency: string | null) => AnnouncedAmount;
  },
): Promise<PreparedAmount> {
  for (;;) {
    const before = await findPrepared(database, merchantId, merchantUid);
    const after = currency ?? before.currency;
    const amount = read(after);
    const [row] = await database.query<PreparedRow>(
      `update prepared_amounts set amount_digits = $3, amount_scale = $4, currency = $5, changed_at = $6
       where merchant_id = $1 and merchant_uid = $2 and currency is not distinct from $7
       returning ${columns}`,
      [merchantId, merchantUid, amount.digits, amount.scale, after, clock.now(), before.currency],
    );
    // Otherwise somebody has just given it another currency, in which the amount is read anew.
    if (row) return fromRow(row);
  }
}

export async function findPrepared(
  database: Database,
  merchantId: bigint,
  merchantUid: string,
): Promise<PreparedAmount> {
  const prepared = await readPrepared(database, merchantId, merchantUid);
  if (!prepared) throw new Refusal('prepare_not_found');
  return prepared;
}

/**
 * For a payment window that is about to open: its amount has to be the announced one, where one was announced. Calls of the
 * API are not held to it: i'mport describes it for windows only.
 */
export async function refuseOtherAmount(
  database: Database,
  merchantId: bigint,
  asked: Pick<Payment, 'merchant_uid' | 'currency' | 'amount_minor'>,
): Promise<void> {
  const prepared = await readPrepared(database, merchantId, asked.merchant_uid);
  if (!prepared) return;
  const { amount, currency } = prepared;
  if (
    (currency ?? asked.currency) === asked.currency &&
    isAnnouncedAmount(amount, asked.amount_minor, asked.currency)
  ) {
    return;
  }
  const told = [announcedNumber(amount), currency].filter((part) => part !== null).join(' ');
  throw new Refusal('prepare_amount_differs', { amount: told });
}

async function readPrepared(
  database: Database,
  merchantId: bigint,
  merchantUid: string,
): Promise<PreparedAmount | undefined> {
  const [row] = await database.query<PreparedRow>(
    `select ${columns} from prepared_amounts where merchant_id = $1 and merchant_uid = $2`,
    [merchantId, merchantUid],
  );
  return row && fromRow(row);
}

function fromRow({ merchant_uid: merchantUid, amount_digits: digits, amount_scale: scale, currency }: PreparedRow) {
  return Object.freeze({ merchantUid, amount: { digits, scale }, currency });
}
