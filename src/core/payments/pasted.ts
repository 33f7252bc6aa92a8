import type { Database } from '../../platform/database/pool.ts';
import { type BuyerTel, readTel } from './buyer-tel.ts';

/** What a text that somebody has pasted can be. */
export const pastedKinds = [
  'imp_uid',
  'merchant_uid',
  'pg_tid',
  'apply_num',
  'cancellation_id',
  'buyer_tel',
  'buyer_email',
  'buyer',
] as const;
export type PastedKind = (typeof pastedKinds)[number];

export interface Pasted {
  readonly text: string;
  /** By its form; an index answers each of these. Empty: it has the form of nothing but a name. */
  readonly kinds: readonly PastedKind[];
  readonly tel: BuyerTel | undefined;
}

/** As the columns take them. */
const longestId = 80;

/** Decides by the form alone what a text can be. */
export function readPasted(given: string): Pasted {
  const text = given.trim();
  const tel = /^\+?[\d\s().-]+$/.test(text) ? readTel(text) : undefined;
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return { text, kinds: ['buyer_email', 'merchant_uid'], tel: undefined };
  if (!/^[\x21-\x7e]+$/.test(text) || text.length > longestId) {
    return { text, kinds: tel ? ['buyer_tel'] : [], tel };
  }
  const kinds: PastedKind[] = ['merchant_uid', 'pg_tid'];
  if (text.length <= 32) kinds.push('imp_uid');
  if (/^\d{1,20}$/.test(text)) kinds.push('apply_num');
  if (/^[0-9A-HJKMNP-TV-Z]{20}$/i.test(text)) kinds.push('cancellation_id');
  if (tel && tel.digits.length <= 12) kinds.push('buyer_tel');
  return { text, kinds, tel };
}

/** So many of one kind are found at most, the newest. */
export const pastedMax = 1_000;

export interface FoundPasted {
  readonly ids: readonly bigint[];
  /** What it was, of what it could be. */
  readonly kinds: readonly PastedKind[];
}

const newest = `order by started_at desc, id desc limit ${pastedMax}`;

export async function findPasted(
  database: Database,
  merchantId: bigint,
  { text, kinds, tel }: Pasted,
): Promise<FoundPasted> {
  if (kinds.length === 0) return { ids: [], kinds: [] };
  const wanted = new Set(kinds);
  const onlyAs = (kind: PastedKind, value: string): string | null => (wanted.has(kind) ? value : null);
  const digits = tel?.digits ?? '';
  const backwards = [...digits].reverse().join('');
  // One row for each kind that the text turns out to be, and no sort over what does not.
  const rows = await database.query<{ kind: PastedKind; id: bigint }>(
    `(select 'imp_uid' as kind, id from payments where merchant_id = $1 and imp_uid = $2)
     union all (select 'merchant_uid', id from payments where merchant_id = $1 and merchant_uid = $3 ${newest})
     union all (select 'pg_tid', id from payments where merchant_id = $1 and pg_tid = $4 ${newest})
     union all (select 'apply_num', id from payments where merchant_id = $1 and apply_num = $5 ${newest})
     union all (select 'cancellation_id', payment_id from operations
       where merchant_id = $1 and id = $6 and payment_id is not null)
     union all (select 'buyer_email', id from payments where merchant_id = $1 and lower(buyer_email) = $7 ${newest})
     union all (select 'buyer_tel', id from payments
       where merchant_id = $1 and buyer_tel is not null and right(dialled_digits(buyer_tel), 4) = $8
         and reverse(dialled_digits(buyer_tel)) collate "C" >= $9
         and reverse(dialled_digits(buyer_tel)) collate "C" < $10 ${newest})`,
    [
      merchantId,
      onlyAs('imp_uid', text),
      onlyAs('merchant_uid', text),
      onlyAs('pg_tid', text),
      onlyAs('apply_num', text),
      onlyAs('cancellation_id', text.toUpperCase()),
      onlyAs('buyer_email', text.toLowerCase()),
      onlyAs('buyer_tel', digits.slice(-4)),
      onlyAs('buyer_tel', backwards),
      // A whole number has nothing before it.
      onlyAs('buyer_tel', tel?.isWhole ? `${backwards}!` : `${backwards}:`),
    ],
  );
  return {
    ids: [...new Set(rows.map(({ id }) => id))],
    kinds: kinds.filter((kind) => rows.some((row) => row.kind === kind)),
  };
}
