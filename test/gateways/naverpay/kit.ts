import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

type Headers = Readonly<Record<string, string>>;
/** Those that are replaced by `null` are left out. */
type Fields = Readonly<Record<string, string | null>>;

export interface NaverAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: { readonly code: string; readonly message: string; readonly body?: Record<string, unknown> };
}

/** Naver Pay's API called as its clients do, without our adapter. */
export interface NaverClient {
  post(path: string, body: string, headers?: Headers): Promise<NaverAnswer>;
  /** 1,000 won, if the parts say nothing else. */
  cancel(paymentId: string, parts?: Fields, headers?: Headers): Promise<NaverAnswer>;
  history(paymentId: string, page?: unknown): Promise<NaverAnswer>;
}

export function naverClientOf(rig: Rig): NaverClient {
  const { clientId = '', clientSecret = '', chainId = '' } = rig.call().channel.credentials;

  const post: NaverClient['post'] = async (path, body, headers = {}) => {
    const answer = await request(rig.url + path, {
      method: 'POST',
      headers: {
        'X-Naver-Client-Id': clientId,
        'X-Naver-Client-Secret': clientSecret,
        'X-NaverPay-Chain-Id': chainId,
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, text, body: JSON.parse(text) };
  };

  return {
    post,
    cancel: (paymentId, parts = {}, headers = {}) =>
      post(`/${rig.mid}/naverpay/payments/v1/cancel`, formOf(paymentId, parts), headers),
    history: (paymentId, page = { pageNumber: 1, rowsPerPage: 100 }) =>
      post(`/${rig.mid}/naverpay/payments/v2.2/list/history/${paymentId}`, JSON.stringify(page), {
        'content-type': 'application/json',
      }),
  };
}

export function formOf(paymentId: string, parts: Fields = {}): string {
  const fields = {
    paymentId,
    cancelAmount: '1000',
    cancelReason: '단순 변심',
    cancelRequester: '2',
    taxScopeAmount: parts.cancelAmount ?? '1000',
    taxExScopeAmount: '0',
    ...parts,
  };
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== null);
  return new URLSearchParams(given).toString();
}
