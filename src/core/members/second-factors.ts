import { randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';
import type { Member } from './member.ts';
import { makeRecoveryCodes, recoveryCodeHash } from './recovery-codes.ts';

export const factorKinds = ['totp', 'passkey'] as const;
export type FactorKind = (typeof factorKinds)[number];

/** What a member shows besides the password. */
export interface SecondFactor {
  readonly id: string;
  readonly kind: FactorKind;
  readonly name: string;
  readonly createdAt: Date;
  readonly usedAt: Date | null;
}

/** A passkey as the library that checks its signatures wants it. */
export interface Passkey {
  readonly factorId: string;
  readonly memberId: bigint;
  readonly credentialId: string;
  readonly publicKey: Buffer;
  readonly signCount: number;
  readonly transports: readonly string[];
}

export interface NewPasskey extends Omit<Passkey, 'factorId' | 'memberId'> {
  readonly name: string;
}

/** What a member's first factor brings along: codes for the day on which it is lost, shown once. */
export interface Enrolled {
  readonly factor: SecondFactor;
  /** `null`: there was a factor before, and the codes that came with it still hold. */
  readonly recoveryCodes: readonly string[] | null;
}

export interface SecondFactors {
  /** Those that let somebody in, the oldest first. */
  list(memberId: bigint): Promise<readonly SecondFactor[]>;
  passkeys(memberId: bigint): Promise<readonly Passkey[]>;
  passkeyByCredential(credentialId: string): Promise<Passkey | undefined>;
  /** A secret for an authenticator, which counts once its first code has been shown. One is begun at a time. */
  beginTotp(member: Member): Promise<{ readonly id: string; readonly secret: string; readonly uri: string }>;
  /** Throws `factor_not_found`, `factor_wrong` and `factors_too_many`. */
  confirmTotp(member: Member, id: string, code: string, name: string): Promise<Enrolled>;
  /** Throws `factor_taken` and `factors_too_many`. */
  addPasskey(member: Member, passkey: NewPasskey): Promise<Enrolled>;
  /** A code of one of the member's authenticators, each once, or a recovery code, each once. Tells which it was. */
  takeCode(memberId: bigint, code: string): Promise<'totp' | 'recovery' | undefined>;
  /** A passkey has signed. `false`: it has counted backwards, so that somebody has a copy of it. */
  notePasskeyUse(passkey: Passkey, signCount: number): Promise<boolean>;
  rename(memberId: bigint, id: string, name: string): Promise<SecondFactor | undefined>;
  /** With the recovery codes, if it is the last one. One that is the last goes only with `mayBeLast`: throws `factor_is_last`. */
  remove(memberId: bigint, id: string, mayBeLast: boolean): Promise<SecondFactor | undefined>;
  /** All of them, with the recovery codes. Tells how many these were. */
  removeAll(memberId: bigint): Promise<number>;
  newRecoveryCodes(memberId: bigint): Promise<readonly string[]>;
  recoveryCodesLeft(memberId: bigint): Promise<number>;
}

/** As every authenticator has it (RFC 6238): SHA-1, six digits, thirty seconds. A phone's clock may be one step off. */
const periodSeconds = 30;
const toleranceSeconds = 30;
const perMemberMax = 20;

interface FactorRow {
  readonly id: string;
  readonly kind: FactorKind;
  readonly name: string;
  readonly created_at: Date;
  readonly used_at: Date | null;
}

interface PasskeyRow {
  readonly id: string;
  readonly member_id: bigint;
  readonly credential_id: string;
  readonly public_key: Buffer;
  readonly sign_count: bigint;
  readonly transports: readonly string[] | null;
}

const columns = 'id, kind, name, created_at, used_at';
const passkeyColumns = 'id, member_id, credential_id, public_key, sign_count, transports';

export function createSecondFactors(parts: {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
}): SecondFactors {
  const { database, encryption, clock } = parts;
  const placeOf = (memberId: bigint, id: string) => placeIn(encryptedColumns.totpSecret, { member_id: memberId, id });

  /** The time step whose code this is. */
  async function stepOf(secret: string, code: string): Promise<number | undefined> {
    const { verify } = await import('otplib');
    if (!/^\d{6}$/.test(code)) return undefined;
    const epoch = Math.floor(clock.now().getTime() / 1000);
    const found = await verify({ secret, token: code, epoch, period: periodSeconds, epochTolerance: toleranceSeconds });
    return found.valid && 'timeStep' in found ? found.timeStep : undefined;
  }

  /** What makes a factor count. Two at once are one after the other, so that the codes are made once. */
  async function enrol(
    member: Member,
    write: (query: Database['query']) => Promise<FactorRow | undefined>,
  ): Promise<Enrolled | undefined> {
    return database.withTransaction(async ({ query }) => {
      await query('select from members where id = $1 for no key update', [member.id]);
      const [before] = await query<{ count: number }>(
        `select count(*)::integer as count from second_factors where member_id = $1 and confirmed_at is not null`,
        [member.id],
      );
      if ((before?.count ?? 0) >= perMemberMax) throw new Refusal('factors_too_many');
      const row = await write(query);
      if (!row) return undefined;
      if (before?.count !== 0) return { factor: factorOf(row), recoveryCodes: null };
      return { factor: factorOf(row), recoveryCodes: await makeRecoveryCodes(query, member.id) };
    });
  }

  return {
    async list(memberId) {
      const rows = await database.query<FactorRow>(
        `select ${columns} from second_factors where member_id = $1 and confirmed_at is not null order by created_at, id`,
        [memberId],
      );
      return rows.map(factorOf);
    },

    async passkeys(memberId) {
      const rows = await database.query<PasskeyRow>(
        `select ${passkeyColumns} from second_factors where member_id = $1 and kind = 'passkey'`,
        [memberId],
      );
      return rows.map(passkeyOf);
    },

    async passkeyByCredential(credentialId) {
      const [row] = await database.query<PasskeyRow>(
        `select ${passkeyColumns} from second_factors where credential_id = $1`,
        [credentialId],
      );
      return row && passkeyOf(row);
    },

    async beginTotp(member) {
      const { generateSecret, generateURI } = await import('otplib');
      const secret = generateSecret();
      const id = randomBytes(16).toString('hex');
      await database.query(
        `with left_over as (
           delete from second_factors where member_id = $2 and confirmed_at is null
         )
         insert into second_factors (id, member_id, kind, name, created_at, secret) values ($1, $2, 'totp', '', $3, $4)`,
        [id, member.id, clock.now(), encryption.encrypt(secret, placeOf(member.id, id))],
      );
      return { id, secret, uri: generateURI({ issuer: 'Hwanbul', label: member.email, secret }) };
    },

    async confirmTotp(member, id, code, name) {
      const [row] = await database.query<{ secret: Buffer }>(
        `select secret from second_factors where member_id = $1 and id = $2 and kind = 'totp' and confirmed_at is null`,
        [member.id, id],
      );
      if (!row) throw new Refusal('factor_not_found');
      const step = await stepOf(encryption.decrypt(row.secret, placeOf(member.id, id)), digitsOf(code));
      if (step === undefined) throw new Refusal('factor_wrong');
      const enrolled = await enrol(member, async (query) => {
        const [confirmed] = await query<FactorRow>(
          `update second_factors set confirmed_at = $3, used_at = $3, last_step = $4, name = $5
           where member_id = $1 and id = $2 and confirmed_at is null returning ${columns}`,
          [member.id, id, clock.now(), step, name],
        );
        return confirmed;
      });
      if (!enrolled) throw new Refusal('factor_not_found');
      return enrolled;
    },

    async addPasskey(member, { name, credentialId, publicKey, signCount, transports }) {
      const id = randomBytes(16).toString('hex');
      const enrolled = await enrol(member, async (query) => {
        const [row] = await query<FactorRow>(
          `insert into second_factors (
             id, member_id, kind, name, created_at, confirmed_at, credential_id, public_key, sign_count, transports
           ) values ($1, $2, 'passkey', $3, $4, $4, $5, $6, $7, $8)
           on conflict (credential_id) do nothing returning ${columns}`,
          [id, member.id, name, clock.now(), credentialId, publicKey, signCount, transports],
        );
        return row;
      });
      if (!enrolled) throw new Refusal('factor_taken');
      return enrolled;
    },

    async takeCode(memberId, given) {
      const code = digitsOf(given);
      if (!/^\d{6}$/.test(code)) {
        const taken = await database.query(
          `delete from recovery_codes where member_id = $1 and code_hash = $2 returning 1`,
          [memberId, recoveryCodeHash(given)],
        );
        return taken.length > 0 ? 'recovery' : undefined;
      }
      const rows = await database.query<{ id: string; secret: Buffer }>(
        `select id, secret from second_factors where member_id = $1 and kind = 'totp' and confirmed_at is not null`,
        [memberId],
      );
      for (const { id, secret } of rows) {
        const step = await stepOf(encryption.decrypt(secret, placeOf(memberId, id)), code);
        if (step === undefined) continue;
        // Of two that show the same code, and of two codes whose order is turned round, one is let in.
        const taken = await database.query(
          `update second_factors set last_step = $3, used_at = $4
           where member_id = $1 and id = $2 and (last_step is null or last_step < $3) returning 1`,
          [memberId, id, step, clock.now()],
        );
        if (taken.length > 0) return 'totp';
      }
      return undefined;
    },

    async notePasskeyUse({ factorId, memberId }, signCount) {
      // Passkeys that are kept in several devices do not count, and always say 0.
      const rows = await database.query(
        `update second_factors set sign_count = $3, used_at = $4
         where member_id = $1 and id = $2 and (sign_count < $3 or (sign_count = 0 and $3 = 0)) returning 1`,
        [memberId, factorId, signCount, clock.now()],
      );
      return rows.length > 0;
    },

    async rename(memberId, id, name) {
      const [row] = await database.query<FactorRow>(
        `update second_factors set name = $3 where member_id = $1 and id = $2 and confirmed_at is not null
         returning ${columns}`,
        [memberId, id, name],
      );
      return row && factorOf(row);
    },

    remove: (memberId, id, mayBeLast) =>
      database.withTransaction(async ({ query }) => {
        await query('select from members where id = $1 for no key update', [memberId]);
        const [row] = await query<FactorRow>(
          `delete from second_factors where member_id = $1 and id = $2 and confirmed_at is not null returning ${columns}`,
          [memberId, id],
        );
        if (!row) return undefined;
        const left = await query(
          'select 1 from second_factors where member_id = $1 and confirmed_at is not null limit 1',
          [memberId],
        );
        if (left.length === 0) {
          if (!mayBeLast) throw new Refusal('factor_is_last');
          await query('delete from recovery_codes where member_id = $1', [memberId]);
        }
        return factorOf(row);
      }),

    removeAll: (memberId) =>
      database.withTransaction(async ({ query }) => {
        await query('select from members where id = $1 for no key update', [memberId]);
        await query('delete from recovery_codes where member_id = $1', [memberId]);
        const rows = await query<{ is_confirmed: boolean }>(
          'delete from second_factors where member_id = $1 returning confirmed_at is not null as is_confirmed',
          [memberId],
        );
        return rows.filter((row) => row.is_confirmed).length;
      }),

    newRecoveryCodes: (memberId) =>
      database.withTransaction(async ({ query }) => {
        await query('select from members where id = $1 for no key update', [memberId]);
        return makeRecoveryCodes(query, memberId);
      }),

    async recoveryCodesLeft(memberId) {
      const [row] = await database.query<{ count: number }>(
        'select count(*)::integer as count from recovery_codes where member_id = $1',
        [memberId],
      );
      return row?.count ?? 0;
    },
  };
}

/** Authenticators show them in two groups. */
function digitsOf(code: string): string {
  return code.replaceAll(/[\s-]/g, '');
}

function factorOf(row: FactorRow): SecondFactor {
  return Object.freeze({
    id: row.id,
    kind: row.kind,
    name: row.name,
    createdAt: row.created_at,
    usedAt: row.used_at,
  });
}

function passkeyOf(row: PasskeyRow): Passkey {
  return Object.freeze({
    factorId: row.id,
    memberId: row.member_id,
    credentialId: row.credential_id,
    publicKey: row.public_key,
    signCount: Number(row.sign_count),
    transports: row.transports ?? [],
  });
}
