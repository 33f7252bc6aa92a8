/** What goes to POST /payments/cancel, or to POST /refund-requests. */
export interface CancelBody {
  readonly imp_uid: string;
  readonly amount: number;
  readonly checksum: number;
  readonly tax_free?: number;
  readonly vat_amount?: number;
  readonly reason: string;
  readonly refund_holder?: string;
  readonly refund_bank?: string;
  readonly refund_account?: string;
  readonly refund_tel?: string;
  readonly escrow_confirmed?: true;
}

/** An opened dialog: its key, and what was sent under it and has no answer yet. */
export interface PendingCancel {
  readonly key: string;
  readonly sent: { readonly path: '/payments/cancel' | '/refund-requests'; readonly body: CancelBody } | null;
}

const storedAs = (store: string, impUid: string): string => `hwanbul.console.cancel.${store}.${impUid}`;

/**
 * In this tab only, and only until there is an answer or the member's session has ended: a reload in the middle goes on with the same
 * request under the same key, so that nothing is asked for twice and nobody has to guess.
 */
export function readPending(store: string, impUid: string): PendingCancel | undefined {
  const text = sessionStorage.getItem(storedAs(store, impUid));
  return text === null ? undefined : (JSON.parse(text) as PendingCancel);
}

export function keepPending(store: string, impUid: string, pending: PendingCancel): void {
  sessionStorage.setItem(storedAs(store, impUid), JSON.stringify(pending));
}

export function forgetPending(store: string, impUid: string): void {
  sessionStorage.removeItem(storedAs(store, impUid));
}

/** `crypto.randomUUID` is missing where the console is opened over plain HTTP by another name than localhost. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
