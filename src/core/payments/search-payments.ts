import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { currencyExponent, knownCurrencies, readAmount } from '../../platform/money/currency.ts';
import type { Payment, PaymentStatus } from '../records/payment.ts';
import { periodColumns } from './find-payments.ts';
import type { PaymentTables } from './payment-tables.ts';

/** What a person looks for; what is not given does not narrow the search. */
export interface PaymentSearch {
  readonly status: PaymentStatus | undefined;
  readonly merchantUid: string | undefined;
  /** The gateway's id of the payment. */
  readonly pgTid: string | undefined;
  readonly provider: string | undefined;
  /** A part of the buyer's name or e-mail address. */
  readonly buyer: string | undefined;
  readonly tel: BuyerTel | undefined;
  /** In the units of whatever currency a payment has. */
  readonly amount: string | undefined;
  readonly amountLeast: string | undefined;
  readonly amountMost: string | undefined;
  /** By the time that the status means, as in `paymentsByStatus`. */
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  /** Goes on after this payment. */
  readonly beforeImpUid: string | undefined;
  readonly limit: number;
}

/** The digits of a telephone number as Koreans dial it, or its last ones. */
export interface BuyerTel {
  readonly digits: string;
  readonly isWhole: boolean;
}

/** As many digits as a Korean number has at least, with its area. */
const wholeFrom = 9;
const lastDigitsLeast = 4;

/** `010-1234-5678`, `+82 10 1234 5678`, `5678`. `undefined`: too few digits to look for. */
export function readTel(text: string): BuyerTel | undefined {
  const digits = text.replace(/\D/g, '').replace(/^820?(?=\d{8})/, '0');
  if (digits.length < lastDigitsLeast) return undefined;
  return { digits, isWhole: digits.length >= wholeFrom };
}

/** The same for what stands in the column, however it was written down. */
const telSql = sql<string>`regexp_replace(regexp_replace(buyer_tel, '\\D', '', 'g'), '^820?(\\d{8,})$', '0\\1')`;

/** Newest first. `total` is null unless it is asked for. */
export async function searchPayments(
  db: Kysely<PaymentTables>,
  merchantId: bigint,
  search: PaymentSearch,
  withTotal: boolean,
): Promise<{ readonly payments: readonly Payment[]; readonly total: number | null }> {
  const column = periodColumns[search.status ?? 'all'];
  let query = db.selectFrom('payments').where('merchant_id', '=', merchantId);
  if (search.status) query = query.where('status', '=', search.status);
  if (search.merchantUid !== undefined) query = query.where('merchant_uid', '=', search.merchantUid);
  if (search.pgTid !== undefined) query = query.where('pg_tid', '=', search.pgTid);
  if (search.provider !== undefined) query = query.where('provider', '=', search.provider);
  if (search.from) query = query.where(column, '>=', search.from);
  if (search.to) query = query.where(column, '<=', search.to);
  const { buyer, tel, amount, amountLeast, amountMost } = search;
  if (buyer !== undefined) {
    const part = `%${likeText(buyer)}%`;
    query = query.where((where) => where.or([where('buyer_name', 'ilike', part), where('buyer_email', 'ilike', part)]));
  }
  if (tel) query = query.where(telSql, tel.isWhole ? '=' : 'like', tel.isWhole ? tel.digits : `%${tel.digits}`);
  if (amount !== undefined) query = query.where((where) => amountIs(where, '=', amount));
  if (amountLeast !== undefined) query = query.where((where) => amountIs(where, '>=', amountLeast));
  if (amountMost !== undefined) query = query.where((where) => amountIs(where, '<=', amountMost));

  let page = query;
  if (search.beforeImpUid !== undefined) {
    page = page.where(
      sql<boolean>`(started_at, id) < (select b.started_at, b.id from payments b
        where b.merchant_id = ${merchantId} and b.imp_uid = ${search.beforeImpUid})`,
    );
  }
  const [payments, counted] = await Promise.all([
    page.selectAll().orderBy('started_at', 'desc').orderBy('id', 'desc').limit(search.limit).execute(),
    withTotal
      ? query.select((select) => select.fn.countAll<bigint>().as('total')).executeTakeFirstOrThrow()
      : Promise.resolve(undefined),
  ]);
  return { payments, total: counted ? Number(counted.total) : null };
}

function likeText(text: string): string {
  return text.normalize('NFC').replace(/[\\%_]/g, '\\$&');
}

/** `12.5` is an amount of dollars and none of won, so it is read once for all currencies with the same decimal places. */
function amountIs(where: ExpressionBuilder<PaymentTables, 'payments'>, operator: '=' | '>=' | '<=', text: string) {
  const exponents = Map.groupBy(knownCurrencies, currencyExponent);
  const readings = [...exponents].flatMap(([, currencies]) => {
    const reading = readAmount(text, currencies[0] ?? 'KRW');
    if (!reading.ok) return [];
    return where.and([where('currency', 'in', currencies), where('amount_minor', operator, reading.minor)]);
  });
  return readings.length === 0 ? where.lit(false) : where.or(readings);
}
