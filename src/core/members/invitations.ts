import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { type Member, type MemberRow, memberColumns, memberOf } from './member.ts';
import type { MemberRights } from './members.ts';
import type { ExtraRight, MemberRole } from './permissions.ts';

export interface Invitation extends MemberRights {
  readonly id: bigint;
  readonly merchantId: bigint;
  readonly merchantName: string;
  /** `null`: of the first owner, who says it. */
  readonly email: string | null;
  /** Of a member who gets a new password by it. */
  readonly memberId: bigint | null;
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface NewInvitation extends MemberRights {
  readonly email: string | null;
  readonly memberId?: bigint;
  readonly invitedBy: string;
}

/** What whoever follows the link says of themselves. */
export interface Acceptance {
  /** Looked at where the invitation names none. */
  readonly email: string | undefined;
  readonly name: string | undefined;
  readonly passwordHash: string;
}

export interface Invitations {
  /** Throws `member_email_taken`. */
  make(merchantId: bigint, wanted: NewInvitation): Promise<{ readonly token: string; readonly invitation: Invitation }>;
  /** `undefined`: there is none, or it has been used, taken back, or has expired. */
  find(token: string): Promise<Invitation | undefined>;
  /** Those that somebody can still follow, the newest first. */
  open(merchantId: bigint): Promise<readonly Invitation[]>;
  takeBack(merchantId: bigint, id: bigint): Promise<Invitation | undefined>;
  /** Once: of two at the same time, one. Throws `invitation_not_found`, `parameter_missing` and `member_email_taken`. */
  accept(token: string, acceptance: Acceptance): Promise<Member>;
  removeEnded(): Promise<void>;
}

const lifeMs = 72 * 3_600_000;
/** It stands in what a start has printed, which others may read. */
const firstOwnerLifeMs = 24 * 3_600_000;
const openMax = 200;

interface InvitationRow {
  readonly id: bigint;
  readonly merchant_id: bigint;
  readonly merchant_name: string;
  readonly member_id: bigint | null;
  readonly email: string | null;
  readonly role: MemberRole;
  readonly extra_rights: readonly ExtraRight[];
  readonly tiers: readonly string[] | null;
  readonly invited_by: string;
  readonly created_at: Date;
  readonly expires_at: Date;
}

const columns = `i.id, i.merchant_id, i.member_id, i.email, i.role, i.extra_rights, i.tiers, i.invited_by, i.created_at, i.expires_at,
  (select m.name from merchants m where m.id = i.merchant_id) as merchant_name`;
/** Whoever was locked out at a start makes no members any more, and a first owner is one only as long as nobody is there. */
const isOpenSql = `i.used_at is null and i.expires_at > $2
  and exists (select from merchants m where m.id = i.merchant_id and m.imp_secret_hash <> '')
  and (i.email is not null or not exists (select from members e where e.merchant_id = i.merchant_id))`;

export function createInvitations({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): Invitations {
  return {
    async make(merchantId, { email, memberId, role, extraRights, tiers, invitedBy }) {
      const token = randomBytes(32).toString('base64url');
      const now = clock.now();
      const expiresAt = new Date(now.getTime() + (email === null ? firstOwnerLifeMs : lifeMs));
      const [row] = await database.query<InvitationRow>(
        `insert into invitations as i
           (token_hash, merchant_id, member_id, email, role, extra_rights, tiers, invited_by, created_at, expires_at)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
         where $3::bigint is not null or $4::text is null
           or not exists (select from members e where lower(e.email) = lower($4))
         returning ${columns}`,
        [hashOf(token), merchantId, memberId ?? null, email, role, extraRights, tiers, invitedBy, now, expiresAt],
      );
      if (!row) throw new Refusal('member_email_taken');
      return { token, invitation: invitationOf(row) };
    },

    async find(token) {
      if (!isToken(token)) return undefined;
      const [row] = await database.query<InvitationRow>(
        `select ${columns} from invitations i where i.token_hash = $1 and ${isOpenSql}`,
        [hashOf(token), clock.now()],
      );
      return row && invitationOf(row);
    },

    async open(merchantId) {
      const rows = await database.query<InvitationRow>(
        `select ${columns} from invitations i where i.merchant_id = $1 and i.email is not null and ${isOpenSql}
         order by i.id desc limit ${openMax}`,
        [merchantId, clock.now()],
      );
      return rows.map(invitationOf);
    },

    async takeBack(merchantId, id) {
      const [row] = await database.query<InvitationRow>(
        `delete from invitations i where i.merchant_id = $1 and i.id = $2 and i.used_at is null returning ${columns}`,
        [merchantId, id],
      );
      return row && invitationOf(row);
    },

    async accept(token, acceptance) {
      if (!isToken(token)) throw new Refusal('invitation_not_found');
      try {
        return await database.withTransaction(async ({ query }) => {
          const now = clock.now();
          // Two links for a first owner are two rows: the store itself is what they meet at.
          await query(
            `select from merchants where id = (select merchant_id from invitations where token_hash = $1)
             for no key update`,
            [hashOf(token)],
          );
          const [taken] = await query<InvitationRow>(
            `update invitations i set used_at = $2 where i.token_hash = $1 and ${isOpenSql} returning ${columns}`,
            [hashOf(token), now],
          );
          if (!taken) throw new Refusal('invitation_not_found');
          const [row] =
            taken.member_id === null
              ? await query<MemberRow>(
                  `insert into members as e (merchant_id, email, name, role, extra_rights, tiers, password_hash, created_at)
                   values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${memberColumns('e')}`,
                  [
                    taken.merchant_id,
                    taken.email ?? wanted('email', acceptance.email),
                    wanted('name', acceptance.name),
                    ...[taken.role, taken.extra_rights, taken.tiers, acceptance.passwordHash, now],
                  ],
                )
              : await query<MemberRow>(
                  `with ended as (delete from sessions where member_id = $2)
                   update members e set password_hash = $3 where e.merchant_id = $1 and e.id = $2
                   returning ${memberColumns('e')}`,
                  [taken.merchant_id, taken.member_id, acceptance.passwordHash],
                );
          if (!row) throw new Refusal('invitation_not_found');
          return memberOf(row);
        });
      } catch (error) {
        throw isTaken(error) ? new Refusal('member_email_taken') : error;
      }
    },

    async removeEnded() {
      await database.query('delete from invitations where expires_at <= $1', [clock.now()]);
    },
  };
}

function wanted(name: string, value: string | undefined): string {
  if (!value) throw new Refusal('parameter_missing', { name });
  return value;
}

function isTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === '23505' &&
    'constraint' in error &&
    error.constraint === 'members_email'
  );
}

function isToken(token: string): boolean {
  return /^[\w-]{43}$/.test(token);
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function invitationOf(row: InvitationRow): Invitation {
  return Object.freeze({
    id: row.id,
    merchantId: row.merchant_id,
    merchantName: row.merchant_name,
    email: row.email,
    memberId: row.member_id,
    role: row.role,
    extraRights: row.extra_rights,
    tiers: row.tiers,
    invitedBy: row.invited_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  });
}
