import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Member } from './member.ts';
import type { MemberRole } from './permissions.ts';

/** `in_doubt`: nobody knows yet whether it was done. `failed`: a defect or an outage, after which it may have been. */
export const auditOutcomes = ['begun', 'done', 'refused', 'in_doubt', 'failed'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** What a member is about to do. */
export interface AuditBeginning {
  readonly member: Member;
  /** The sub-store that it is done for. */
  readonly tierCode: string | null;
  readonly operation: string;
  readonly subject: string | null;
  readonly ids: Readonly<Record<string, string>>;
  readonly address: string;
}

/** What a handler knows of it. Never secrets. */
export interface AuditDetails {
  readonly subject?: string;
  readonly before?: object | null;
  readonly after?: object | null;
}

export interface AuditEnd extends AuditDetails {
  readonly outcome: Exclude<AuditOutcome, 'begun'>;
  readonly errorCode?: string | undefined;
}

export interface AuditEntry {
  readonly id: bigint;
  readonly at: Date;
  readonly endedAt: Date | null;
  readonly memberId: bigint;
  readonly email: string;
  readonly role: MemberRole;
  readonly tierCode: string | null;
  readonly operation: string;
  readonly subject: string | null;
  readonly ids: Readonly<Record<string, string>>;
  readonly outcome: AuditOutcome;
  readonly errorCode: string | null;
  readonly address: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface AuditFilter {
  /** All of the store's without one. */
  readonly tierCode?: string | undefined;
  readonly email?: string | undefined;
  readonly subject?: string | undefined;
  readonly beforeId?: bigint | undefined;
  readonly limit: number;
}

export interface MemberAudit {
  /** Written before anything is done, so that nothing is done that is not written. */
  begin(beginning: AuditBeginning): Promise<bigint>;
  end(member: Member, id: bigint, end: AuditEnd): Promise<void>;
  /** What was over before it began. */
  note(beginning: AuditBeginning, end: AuditEnd): Promise<void>;
  /** The newest first. */
  list(merchantId: bigint, filter: AuditFilter): Promise<readonly AuditEntry[]>;
}

export function createMemberAudit({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): MemberAudit {
  async function insert(beginning: AuditBeginning, end?: AuditEnd): Promise<bigint> {
    const { member, tierCode, operation, subject, ids, address } = beginning;
    const now = clock.now();
    const [row] = await database.query<{ id: bigint }>(
      `insert into member_audit (
         merchant_id, at, member_id, email, role, tier_code, operation, subject, ids, address, outcome, error_code, before, after, ended_at
       ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning id`,
      [
        ...[member.merchantId, now, member.id, member.email, member.role, tierCode, operation],
        ...[end?.subject ?? subject, JSON.stringify(ids), address, end?.outcome ?? 'begun', end?.errorCode ?? null],
        ...[jsonOf(end?.before), jsonOf(end?.after), end ? now : null],
      ],
    );
    if (!row) throw new Error('what a member does was not written');
    return row.id;
  }

  return {
    begin: (beginning) => insert(beginning),

    async end(member, id, { outcome, errorCode, subject, before, after }) {
      await database.query(
        `update member_audit set outcome = $3, error_code = $4, subject = coalesce($5, subject), before = $6, after = $7, ended_at = $8
         where merchant_id = $1 and id = $2`,
        [
          member.merchantId,
          id,
          outcome,
          errorCode ?? null,
          subject ?? null,
          jsonOf(before),
          jsonOf(after),
          clock.now(),
        ],
      );
    },

    async note(beginning, end) {
      await insert(beginning, end);
    },

    async list(merchantId, { tierCode, email, subject, beforeId, limit }) {
      const values: unknown[] = [merchantId];
      const conditions = ['merchant_id = $1'];
      for (const [condition, value] of [
        ['tier_code =', tierCode],
        ['email =', email],
        ['subject =', subject],
        ['id <', beforeId],
      ] as const) {
        if (value !== undefined) conditions.push(`${condition} $${values.push(value)}`);
      }
      const rows = await database.query<AuditRow>(
        `select id, at, ended_at, member_id, email, role, tier_code, operation, subject, ids, outcome, error_code, address, before, after
         from member_audit where ${conditions.join(' and ')} order by id desc limit $${values.push(limit)}`,
        values,
      );
      return rows.map((row) => ({
        id: row.id,
        at: row.at,
        endedAt: row.ended_at,
        memberId: row.member_id,
        email: row.email,
        role: row.role,
        tierCode: row.tier_code,
        operation: row.operation,
        subject: row.subject,
        ids: row.ids,
        outcome: row.outcome,
        errorCode: row.error_code,
        address: row.address,
        before: row.before,
        after: row.after,
      }));
    },
  };
}

interface AuditRow {
  readonly id: bigint;
  readonly at: Date;
  readonly ended_at: Date | null;
  readonly member_id: bigint;
  readonly email: string;
  readonly role: MemberRole;
  readonly tier_code: string | null;
  readonly operation: string;
  readonly subject: string | null;
  readonly ids: Readonly<Record<string, string>>;
  readonly outcome: AuditOutcome;
  readonly error_code: string | null;
  readonly address: string;
  readonly before: unknown;
  readonly after: unknown;
}

function jsonOf(value: object | null | undefined): string | null {
  if (!value) return null;
  return JSON.stringify(value, (_name, each) => (typeof each === 'bigint' ? String(each) : each));
}
