import { type ExtraRight, type MemberRole, type Permission, permissionsOf } from './permissions.ts';

/** Somebody who uses the console. */
export interface Member {
  readonly id: bigint;
  /** A main store. */
  readonly merchantId: bigint;
  readonly email: string;
  readonly name: string;
  readonly role: MemberRole;
  readonly extraRights: readonly ExtraRight[];
  readonly permissions: readonly Permission[];
  /** Codes of the sub-stores that the member is limited to; `null`: the main store and all of them. */
  readonly tiers: readonly string[] | null;
}

export interface MemberRow {
  readonly id: bigint;
  readonly merchant_id: bigint;
  readonly email: string;
  readonly name: string;
  readonly role: MemberRole;
  readonly extra_rights: readonly ExtraRight[];
  readonly tiers: readonly string[] | null;
}

export const memberColumns = (table: string): string =>
  ['id', 'merchant_id', 'email', 'name', 'role', 'extra_rights', 'tiers'].map((name) => `${table}.${name}`).join(', ');

export function memberOf(row: MemberRow): Member {
  return Object.freeze({
    id: row.id,
    merchantId: row.merchant_id,
    email: row.email,
    name: row.name,
    role: row.role,
    extraRights: row.extra_rights,
    permissions: permissionsOf(row.role, row.extra_rights),
    tiers: row.tiers,
  });
}

/** Addresses are compared without regard to case, and kept as one has written them. */
export function readEmail(text: string): string | undefined {
  const email = text.trim().normalize('NFC');
  return email.length <= 200 && /^[^\s@<>"]+@[^\s@<>"]+$/.test(email) ? email : undefined;
}
