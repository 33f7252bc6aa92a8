import { createRequire } from 'node:module';

/** The official client `iamport-rest-client-nodejs`, which is CommonJS; typed as far as the tests use it. */
export interface RestClient {
  readonly token?: { readonly access_token: string; readonly expired_at: number };
  getToken(): Promise<{ readonly data: { readonly code: number; readonly response: Record<string, unknown> } }>;
}

export interface ClientPayment {
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly status: string;
  readonly amount: number;
  readonly cancel_amount: number;
  readonly cancel_history: readonly { readonly amount: number; readonly reason: string }[];
  readonly cash_receipt_issued: boolean;
  readonly vbank_num: string | null;
  readonly [field: string]: unknown;
}

interface ClientRequest {
  request(client: RestClient): Promise<{ readonly status: number; readonly data: { readonly response: unknown } }>;
}

type RequestMaker = (parameters: Readonly<Record<string, unknown>>) => ClientRequest;

interface Library {
  readonly Iamport: new (options: { apiKey: string; apiSecret: string; baseUrl: string }) => RestClient;
  readonly Request: {
    readonly Payments: Record<
      'getByImpUid' | 'getByImpUids' | 'getByMerchantUid' | 'getByMerchantUids' | 'getByStatus' | 'cancel',
      RequestMaker
    >;
    readonly Subscribe: Record<'onetime', RequestMaker>;
    readonly Vbanks: Record<'post' | 'delete' | 'put', RequestMaker>;
    readonly Receipts: Record<'postReceipt' | 'getReceipt' | 'deleteReceipt', RequestMaker>;
  };
}

const library = createRequire(import.meta.url)('iamport-rest-client-nodejs') as Library;
export const { Iamport, Request } = library;

/** What this client shows of a failure: the answer, with its HTTP status where that was not 200. */
export interface ClientFailure {
  readonly status: number | undefined;
  readonly code: number;
  readonly message: string;
  readonly response: unknown;
}

export async function succeed<T = ClientPayment>(client: RestClient, request: ClientRequest): Promise<T> {
  const answer = await request.request(client);
  return answer.data.response as T;
}

export async function fail(client: RestClient, request: ClientRequest): Promise<ClientFailure> {
  try {
    await request.request(client);
  } catch (error) {
    const { response } = error as { response?: { status?: number; data: Omit<ClientFailure, 'status'> } };
    if (response === undefined) throw error;
    return { ...response.data, status: response.status };
  }
  throw new Error('the request was expected to fail');
}
