import type { Static } from 'typebox';
import { type Book, integer, text } from '../../../../simulators/book.ts';
import { type SimulatorContext, SimulatorRefusal } from '../../../../simulators/definition.ts';
import type { AutopayKeyMessage, DeleteMemberMessage, MemberMessage, PreparationMessage } from '../../wire/protocol.ts';
import { StandInRefusal } from '../refusal.ts';
import { balanceOf } from './accounts.ts';

/** Members of a wallet and what they have registered, as the simulator's book has it. */

export function requireMember(book: Book, mid: string, memberId: string): { insertedAt: bigint; updatedAt: bigint } {
  const row = book.get('select * from wallet_members where mid = ? and member_id = ?', mid, memberId);
  if (!row) throw new StandInRefusal('S603');
  return { insertedAt: integer(row, 'inserted_at'), updatedAt: integer(row, 'updated_at') };
}

/** Registering again only renews the record. */
export function registerMember(book: Book, mid: string, memberId: string, now: Date): void {
  book.run(
    `insert into wallet_members (mid, member_id, inserted_at, updated_at) values (?1, ?2, ?3, ?3)
     on conflict (mid, member_id) do update set updated_at = ?3`,
    mid,
    memberId,
    now.getTime(),
  );
}

export function touchMember(book: Book, mid: string, memberId: string, now: Date): void {
  requireMember(book, mid, memberId);
  book.run('update wallet_members set updated_at = ?3 where mid = ?1 and member_id = ?2', mid, memberId, now.getTime());
}

/** A member with all that was registered for it. Money that is left stays in its account, for whoever registers again. */
export function deleteMember({ memberId }: Static<typeof DeleteMemberMessage>, { book, caller }: SimulatorContext) {
  const { mid } = caller;
  const { insertedAt, updatedAt } = requireMember(book, mid, memberId);
  for (const table of ['wallet_pin_checks', 'wallet_autopay_keys', 'wallet_members']) {
    book.run(`delete from ${table} where mid = ? and member_id = ?`, mid, memberId);
  }
  return { memberId, insertedAt: Number(insertedAt / 1000n), updatedAt: Number(updatedAt / 1000n) };
}

export function deleteAutopayKey(
  { customerUid }: Static<typeof AutopayKeyMessage>,
  { book, caller }: SimulatorContext,
) {
  const gone = book.run('delete from wallet_autopay_keys where mid = ? and customer_uid = ?', caller.mid, customerUid);
  if (gone === 0) throw new StandInRefusal('S605');
  return null;
}

/** The code and the text are KCP's own: i'mport's documentation shows them for a release without a registration. */
const notRegistered = () => new SimulatorRefusal('C210', '등록된 거래가 없습니다.');

export function releaseBiometrics({ memberId }: Static<typeof MemberMessage>, { book, caller, now }: SimulatorContext) {
  const released = book.run(
    'update wallet_members set has_biometrics = 0, updated_at = ? where mid = ? and member_id = ? and has_biometrics = 1',
    now.getTime(),
    caller.mid,
    memberId,
  );
  if (released === 0) throw notRegistered();
  return null;
}

export function createPreparation(message: Static<typeof PreparationMessage>, { book, caller }: SimulatorContext) {
  const made = book.run(
    'insert into wallet_preparations (mid, merchant_uid, authenticated) values (?, ?, ?) on conflict do nothing',
    caller.mid,
    message.merchantUid,
    message.authenticated,
  );
  return made > 0;
}

export function changePreparation(message: Static<typeof PreparationMessage>, { book, caller }: SimulatorContext) {
  const changed = book.run(
    'update wallet_preparations set authenticated = ?3 where mid = ?1 and merchant_uid = ?2',
    caller.mid,
    message.merchantUid,
    message.authenticated,
  );
  return changed > 0;
}

export interface MemberState {
  readonly memberId: string;
  readonly moneyMinor: bigint;
  readonly hasBiometrics: boolean;
  readonly customerUids: readonly string[];
}

export function memberState(book: Book, mid: string, memberId: string): MemberState {
  requireMember(book, mid, memberId);
  const row = book.get('select has_biometrics from wallet_members where mid = ? and member_id = ?', mid, memberId);
  const keys = book.all(
    'select customer_uid from wallet_autopay_keys where mid = ? and member_id = ? order by customer_uid',
    mid,
    memberId,
  );
  return {
    memberId,
    moneyMinor: balanceOf(book, mid, { kind: 'money', owner: memberId }),
    hasBiometrics: row !== undefined && integer(row, 'has_biometrics') === 1n,
    customerUids: keys.map((key) => text(key, 'customer_uid')),
  };
}
