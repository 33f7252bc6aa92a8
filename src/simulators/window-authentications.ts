import { randomBytes } from 'node:crypto';
import { type Book, text, time, timeOrNull } from './book.ts';
import type { WindowAuthentication } from './control.ts';
import { decodeMessage, encodeMessage } from './control-messages.ts';
import type { ControlContext, WindowKeyIssue, WindowPayment } from './definition.ts';
import { maskIdentifier } from './receipts.ts';

/** What a buyer has agreed on in the window. With a `customerUid` a key is wanted, and an amount of 0 pays nothing. */
export type AgreedWindow = WindowPayment & Partial<Pick<WindowKeyIssue, 'customerUid' | 'customerId'>>;

/** Half an hour: how long the real gateways wait for a merchant's request differs, and is mostly not public. */
const goodForMs = 30 * 60_000;

/**
 * Of the buyer only the name is kept, and of the identifier of a cash receipt what may be shown. `token` is what the browser brings
 * back, where it is of the gateway's own form.
 */
export function keepAuthentication(
  window: AgreedWindow,
  { book, mid, now }: ControlContext,
  token = `window-${randomBytes(24).toString('base64url')}`,
): WindowAuthentication {
  const { orderId, amountMinor, cashReceiptIdentifier, buyer } = window;
  const kept: AgreedWindow = {
    ...window,
    buyer: { name: buyer.name, email: null, tel: null },
    cashReceiptIdentifier: cashReceiptIdentifier && maskIdentifier(cashReceiptIdentifier),
  };
  book.run(
    'insert into window_authentications (token, mid, order_id, agreed, agreed_at) values (?, ?, ?, ?, ?)',
    token,
    mid,
    orderId,
    encodeMessage(kept),
    now.getTime(),
  );
  return { gatewayTid: token, orderId, amountMinor };
}

/** `undefined`: this merchant has no such token, or it is too old. */
export function authenticationOf(
  book: Book,
  mid: string,
  token: string,
  now: Date,
): { readonly agreed: AgreedWindow; readonly isUsed: boolean } | undefined {
  const row = book.get('select * from window_authentications where token = ? and mid = ?', token, mid);
  if (!row || now.getTime() - time(row, 'agreed_at').getTime() > goodForMs) return undefined;
  return { agreed: decodeMessage(text(row, 'agreed')) as AgreedWindow, isUsed: timeOrNull(row, 'used_at') !== null };
}

/** Has this merchant's window given it out, however long ago? */
export function isAuthentication(book: Book, mid: string, token: string): boolean {
  return book.get('select 1 from window_authentications where token = ? and mid = ?', token, mid) !== undefined;
}

export function useAuthentication(book: Book, token: string, now: Date): void {
  book.run('update window_authentications set used_at = ? where token = ?', now.getTime(), token);
}
