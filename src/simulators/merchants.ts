import { type Book, json, text } from './book.ts';
import type { MerchantSetting } from './settings.ts';

export interface SimulatorMerchant {
  readonly mid: string;
  readonly credentials: Readonly<Record<string, string>>;
}

/** Registering again replaces the credentials, and leaves the settings as they are. */
export function registerMerchant(book: Book, merchant: SimulatorMerchant): void {
  book.run(
    `insert into merchants (mid, credentials) values (?1, ?2)
     on conflict (mid) do update set credentials = excluded.credentials`,
    merchant.mid,
    JSON.stringify(merchant.credentials),
  );
}

export function merchantByMid(book: Book, mid: string): SimulatorMerchant | undefined {
  const row = book.getKnown('select mid, credentials from merchants where mid = ?', mid);
  return row && { mid: text(row, 'mid'), credentials: json(row, 'credentials') };
}

/**
 * For gateways that are told only a secret, not a MID. `name` is the name of a credential, written in the code of the
 * gateway (never a value from a request); a gateway that uses this puts an index on the same expression in its schema.
 */
export function merchantByCredential(book: Book, name: string, value: string): SimulatorMerchant | undefined {
  const row = book.getKnown(
    `select mid, credentials from merchants where json_extract(credentials, '$.${name}') = ?`,
    value,
  );
  return row && { mid: text(row, 'mid'), credentials: json(row, 'credentials') };
}

/** Those that are named change; the others stay. `false`: there is no such merchant. */
export function changeSettings(book: Book, mid: string, settings: Readonly<Record<string, string>>): boolean {
  const changed = book.run(
    'update merchants set settings = json_patch(settings, ?) where mid = ?',
    JSON.stringify(settings),
    mid,
  );
  return changed > 0;
}

/** What a merchant is set to, or what everybody is who is set to nothing. */
export function settingOf<V extends string>(book: Book, mid: string, setting: MerchantSetting<V>): V {
  const row = book.getKnown('select settings from merchants where mid = ?', mid);
  const chosen = row && json<Readonly<Record<string, string>>>(row, 'settings')[setting.name];
  return setting.values.find((value) => value === chosen) ?? setting.values[0];
}
