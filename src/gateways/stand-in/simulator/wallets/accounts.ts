import { type Book, integer } from '../../../../simulators/book.ts';
import type { BookPayment } from '../../../../simulators/payments.ts';
import { StandInRefusal } from '../refusal.ts';

export interface WalletAccount {
  readonly kind: 'points' | 'money';
  readonly owner: string;
}

/** What every login has until something is paid or set: a point is worth a won. */
export const firstPointsMinor = 100_000n;

export function balanceOf(book: Book, mid: string, { kind, owner }: WalletAccount): bigint {
  const row = book.get(
    'select balance from wallet_accounts where mid = ? and kind = ? and owner = ?',
    mid,
    kind,
    owner,
  );
  return row ? integer(row, 'balance') : kind === 'points' ? firstPointsMinor : 0n;
}

export function setBalance(book: Book, mid: string, { kind, owner }: WalletAccount, balanceMinor: bigint): void {
  book.run(
    `insert into wallet_accounts (mid, kind, owner, balance) values (?1, ?2, ?3, ?4)
     on conflict (mid, kind, owner) do update set balance = ?4`,
    mid,
    kind,
    owner,
    balanceMinor,
  );
}

export function takeFrom(book: Book, mid: string, account: WalletAccount, amountMinor: bigint): void {
  const balanceMinor = balanceOf(book, mid, account);
  if (amountMinor > balanceMinor) throw new StandInRefusal('S602');
  setBalance(book, mid, account, balanceMinor - amountMinor);
}

/** What is cancelled of a payment goes back to where it was taken from, whoever is still a member. */
export function giveBack(book: Book, { mid, detail }: BookPayment, amountMinor: bigint): void {
  const account = detail.walletAccount as WalletAccount | undefined;
  if (account) setBalance(book, mid, account, balanceOf(book, mid, account) + amountMinor);
}
