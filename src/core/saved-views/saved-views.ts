import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';

/** A filter of a list that somebody has given a name. */
export interface SavedView {
  readonly id: bigint;
  readonly list: ListName;
  /** Whose alone it is; null: it is shared. */
  readonly member_id: bigint | null;
  readonly name: string;
  /** The query of the list's address. */
  readonly query: string;
  readonly made_by: string;
  readonly made_at: Date;
  readonly changed_at: Date;
}

export const listNames = ['payments'] as const;
export type ListName = (typeof listNames)[number];

/** Who asks; a program sees and makes shared ones only. */
export interface Viewer {
  readonly memberId: bigint | null;
  readonly name: string;
  /** Changes shared views of others, too. */
  readonly mayChangeAll: boolean;
}

export interface ViewWish {
  readonly name: string;
  readonly query: string;
  readonly isShared: boolean;
}

export const savedViewsMax = 200;
const columns = 'id, list, member_id, name, query, made_by, made_at, changed_at';
const visible = '(member_id is null or member_id = $2::bigint)';

/** Own ones before shared ones, by their names. */
export function listViews(database: Database, merchantId: bigint, viewer: Viewer): Promise<readonly SavedView[]> {
  return database.query<SavedView>(
    `select ${columns} from saved_views where merchant_id = $1 and ${visible} order by member_id nulls last, list, name, id`,
    [merchantId, viewer.memberId],
  );
}

export async function makeView(
  database: Database,
  merchantId: bigint,
  viewer: Viewer,
  list: ListName,
  wish: ViewWish,
  now: Date,
): Promise<SavedView> {
  const [made] = await withOneName(wish, () =>
    database.query<SavedView>(
      `insert into saved_views (merchant_id, list, member_id, name, query, made_by, made_at, changed_at)
       select $1::bigint, $3, $2::bigint, $4, $5, $6, $7::timestamptz, $7::timestamptz
       where (select count(*) from saved_views where merchant_id = $1) < ${savedViewsMax}
       returning ${columns}`,
      [merchantId, ownerOf(viewer, wish), list, wish.name, wish.query, viewer.name, now],
    ),
  );
  if (!made) throw new Refusal('saved_views_full', { max: String(savedViewsMax) });
  return made;
}

export async function changeView(
  database: Database,
  merchantId: bigint,
  viewer: Viewer,
  id: bigint,
  wish: ViewWish,
  now: Date,
): Promise<SavedView> {
  const [changed] = await withOneName(wish, () =>
    database.query<SavedView>(
      `update saved_views set name = $6, query = $7, member_id = $8::bigint, changed_at = $9
       where merchant_id = $1 and id = $3 and ${visible} and ${mayChange} returning ${columns}`,
      [...whose(merchantId, viewer, id), wish.name, wish.query, ownerOf(viewer, wish), now],
    ),
  );
  return changed ?? refuse(database, merchantId, viewer, id);
}

export async function deleteView(
  database: Database,
  merchantId: bigint,
  viewer: Viewer,
  id: bigint,
): Promise<SavedView> {
  const [deleted] = await database.query<SavedView>(
    `delete from saved_views where merchant_id = $1 and id = $3 and ${visible} and ${mayChange} returning ${columns}`,
    whose(merchantId, viewer, id),
  );
  return deleted ?? refuse(database, merchantId, viewer, id);
}

const mayChange = '(member_id is not null or made_by = $4 or $5::boolean)';

function whose(merchantId: bigint, { memberId, name, mayChangeAll }: Viewer, id: bigint): readonly unknown[] {
  return [merchantId, memberId, id, name, mayChangeAll];
}

function ownerOf({ memberId }: Viewer, { isShared }: ViewWish): bigint | null {
  return isShared ? null : memberId;
}

async function refuse(database: Database, merchantId: bigint, viewer: Viewer, id: bigint): Promise<never> {
  const [seen] = await database.query(`select id from saved_views where merchant_id = $1 and id = $3 and ${visible}`, [
    merchantId,
    viewer.memberId,
    id,
  ]);
  throw new Refusal(seen ? 'saved_view_not_own' : 'saved_view_not_found');
}

async function withOneName<Result>({ name }: ViewWish, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string };
    if (code === '23505' && constraint === 'saved_views_one_name') throw new Refusal('saved_view_name_taken', { name });
    throw error;
  }
}
