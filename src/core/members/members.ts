import type { Clock } from '../../platform/clock/clock.ts';
import type { Database, DatabaseClient } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { type Member, type MemberRow, memberColumns, memberOf } from './member.ts';
import type { Passwords } from './passwords.ts';
import type { ExtraRight, MemberRole } from './permissions.ts';

/** What a member may do and where, as it is given by an owner. */
export interface MemberRights {
  readonly role: MemberRole;
  readonly extraRights: readonly ExtraRight[];
  readonly tiers: readonly string[] | null;
}

export interface MemberSummary extends Member {
  readonly createdAt: Date;
  /** To the minute. */
  readonly seenAt: Date | null;
  readonly hasSecondFactor: boolean;
}

export interface Members {
  /** By number, the oldest first. */
  list(
    merchantId: bigint,
    page: { readonly afterId?: bigint | undefined; readonly limit: number },
  ): Promise<readonly MemberSummary[]>;
  read(merchantId: bigint, id: bigint): Promise<MemberSummary | undefined>;
  /** Whose address and password these are. It takes as long when nobody has the address. */
  byPassword(email: string, password: string): Promise<Member | undefined>;
  /** Whose address it is, of a store that can be signed in to. */
  byEmail(email: string): Promise<Member | undefined>;
  byId(id: bigint): Promise<Member | undefined>;
  /** Throws `member_not_found` and `last_owner`. */
  change(
    merchantId: bigint,
    id: bigint,
    changes: Partial<MemberRights> & { readonly name?: string | undefined },
  ): Promise<{ readonly before: Member; readonly after: Member }>;
  /** With all sessions. Throws `member_not_found` and `last_owner`. */
  remove(merchantId: bigint, id: bigint): Promise<Member>;
  setPassword(merchantId: bigint, id: bigint, hash: string): Promise<void>;
  /** A sandbox's: the member with this address, which is nobody's that a password opens. */
  putWithoutPassword(merchantId: bigint, email: string, name: string, role: MemberRole): Promise<Member>;
  /** Main stores that can be signed in to and have no member. */
  storesWithoutMember(): Promise<readonly { readonly id: bigint; readonly name: string }[]>;
}

interface SummaryRow extends MemberRow {
  readonly created_at: Date;
  readonly seen_at: Date | null;
  readonly has_factor: boolean;
}

const summaryColumns = `${memberColumns('e')}, e.created_at, e.seen_at,
  exists (select from second_factors f where f.member_id = e.id and f.confirmed_at is not null) as has_factor`;

export function createMembers(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly passwords: Passwords;
}): Members {
  const { database, clock, passwords } = parts;

  async function rowOf({ query }: Pick<DatabaseClient, 'query'>, merchantId: bigint, id: bigint) {
    const [row] = await query<SummaryRow>(
      `select ${summaryColumns} from members e where e.merchant_id = $1 and e.id = $2`,
      [merchantId, id],
    );
    return row;
  }

  async function memberWhere(condition: string, value: unknown): Promise<Member | undefined> {
    const [row] = await database.query<MemberRow>(
      `select ${memberColumns('e')} from members e join merchants m on m.id = e.merchant_id
       where ${condition} and m.imp_secret_hash <> ''`,
      [value],
    );
    return row && memberOf(row);
  }

  /**
   * What two owners do to each other at once is done one after the other. The statement after it sees what the first one left,
   * so that a store never loses its last owner.
   */
  async function withOwnersHeld<Result>(
    merchantId: bigint,
    id: bigint,
    work: (client: DatabaseClient, before: Member, isLastOwner: boolean) => Promise<Result>,
  ): Promise<Result> {
    return database.withTransaction(async (client) => {
      await client.query(`select id from members where merchant_id = $1 and role = 'owner' order by id for update`, [
        merchantId,
      ]);
      const owners = await client.query<{ id: bigint }>(
        `select id from members where merchant_id = $1 and role = 'owner' limit 2`,
        [merchantId],
      );
      const row = await rowOf(client, merchantId, id);
      if (!row) throw new Refusal('member_not_found');
      return work(client, memberOf(row), owners.length === 1 && owners[0]?.id === id);
    });
  }

  return {
    async list(merchantId, { afterId, limit }) {
      const rows = await database.query<SummaryRow>(
        `select ${summaryColumns} from members e
         where e.merchant_id = $1 and e.id > $2 order by e.id limit $3`,
        [merchantId, afterId ?? 0n, limit],
      );
      return rows.map(summaryOf);
    },

    async read(merchantId, id) {
      const row = await rowOf(database, merchantId, id);
      return row && summaryOf(row);
    },

    async byPassword(email, password) {
      const [row] = await database.query<MemberRow & { password_hash: string | null }>(
        `select ${memberColumns('e')}, e.password_hash from members e join merchants m on m.id = e.merchant_id
         where lower(e.email) = lower($1) and m.imp_secret_hash <> ''`,
        [email],
      );
      const isRight = await passwords.verify(row?.password_hash ?? null, password);
      return row && isRight ? memberOf(row) : undefined;
    },

    byEmail: (email) => memberWhere('lower(e.email) = lower($1)', email),
    byId: (id) => memberWhere('e.id = $1', id),

    change: (merchantId, id, { role, extraRights, tiers, name }) =>
      withOwnersHeld(merchantId, id, async ({ query }, before, isLastOwner) => {
        // An owner of some sub-stores only is no owner of the store.
        if (isLastOwner && ((role ?? 'owner') !== 'owner' || (tiers ?? null) !== null)) throw new Refusal('last_owner');
        const [row] = await query<MemberRow>(
          `update members e set role = coalesce($3, e.role), extra_rights = coalesce($4, e.extra_rights),
             tiers = case when $5 then $6 else e.tiers end, name = coalesce($7, e.name)
           where e.merchant_id = $1 and e.id = $2 returning ${memberColumns('e')}`,
          [merchantId, id, role ?? null, extraRights ?? null, tiers !== undefined, tiers ?? null, name ?? null],
        );
        if (!row) throw new Refusal('member_not_found');
        return { before, after: memberOf(row) };
      }),

    remove: (merchantId, id) =>
      withOwnersHeld(merchantId, id, async ({ query }, before, isLastOwner) => {
        if (isLastOwner) throw new Refusal('last_owner');
        await query('delete from members where merchant_id = $1 and id = $2', [merchantId, id]);
        return before;
      }),

    async setPassword(merchantId, id, hash) {
      await database.query('update members set password_hash = $3 where merchant_id = $1 and id = $2', [
        merchantId,
        id,
        hash,
      ]);
    },

    async putWithoutPassword(merchantId, email, name, role) {
      const [row] = await database.query<MemberRow>(
        `insert into members as e (merchant_id, email, name, role, created_at) values ($1, $2, $3, $4, $5)
         on conflict (lower(email)) do update set email = excluded.email where e.merchant_id = excluded.merchant_id
         returning ${memberColumns('e')}`,
        [merchantId, email, name, role, clock.now()],
      );
      if (!row) throw new Error('a member was not written');
      return memberOf(row);
    },

    storesWithoutMember: () =>
      database.query(
        `select m.id, m.name from merchants m
         where m.main_store_id is null and m.imp_secret_hash <> ''
           and not exists (select from members e where e.merchant_id = m.id)
         order by m.id`,
      ),
  };
}

function summaryOf(row: SummaryRow): MemberSummary {
  return Object.freeze({
    ...memberOf(row),
    createdAt: row.created_at,
    seenAt: row.seen_at,
    hasSecondFactor: row.has_factor,
  });
}
