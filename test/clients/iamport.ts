import { createRequire } from 'node:module';

/** The npm client `iamport`, which is CommonJS without types; typed as far as the tests use it. */
export interface IamportClient {
  _host: string;
  _preResources(): void;
  readonly payment: Record<'getByImpUid' | 'getByMerchant' | 'getByStatus' | 'cancel', ClientCall>;
  readonly subscribe: Record<'onetime', ClientCall>;
  readonly vbank: Record<'create', ClientCall>;
}

interface ClientAnswer {
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly status: string;
  readonly cancel_amount: number;
  readonly cancel_history: readonly { readonly amount: number }[];
  readonly list: readonly ClientAnswer[];
  readonly total: number;
}

type ClientCall = (parameters: Readonly<Record<string, unknown>>) => PromiseLike<ClientAnswer>;

const Iamport = createRequire(import.meta.url)('iamport') as new (options?: {
  impKey: string;
  impSecret: string;
}) => IamportClient;

/** Without settings the client has the public demo pair. Its resources copy the host, so they are made again. */
export function iamportClient(url: string, options?: { impKey: string; impSecret: string }): IamportClient {
  const client = new Iamport(options);
  client._host = url;
  client._preResources();
  return client;
}
