import { type Book, json, text } from './book.ts';

export interface SimulatorMerchant {
  readonly mid: string;
  readonly credentials: Readonly<Record<string, string>>;
}

/** Registering again replaces the credentials. */
export function registerMerchant(book: Book, merchant: SimulatorMerchant): void {
  book.run(
    `insert into merchants (mid, credentials) values (?1, ?2)
     on conflict (mid) do update set credentials = excluded.credentials`,
    merchant.mid,
    JSON.stringify(merchant.credentials),
  );
}

export function merchantByMid(book: Book, mid: string): SimulatorMerchant | undefined {
  const row = book.get('select mid, credentials from merchants where mid = ?', mid);
  return row && { mid: text(row, 'mid'), credentials: json(row, 'credentials') };
}

/**
 * For gateways that are told only a secret, not a MID. `name` is the name of a credential, written in the code of the
 * gateway (never a value from a request); a gateway that uses this puts an index on the same expression in its schema.
 */
export function merchantByCredential(book: Book, name: string, value: string): SimulatorMerchant | undefined {
  const row = book.get(
    `select mid, credentials from merchants where json_extract(credentials, '$.${name}') = ?`,
    value,
  );
  return row && { mid: text(row, 'mid'), credentials: json(row, 'credentials') };
}
