import assert from 'node:assert/strict';
import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

export interface TossPayAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Toss Pay's API called as its clients do, without our adapter. */
export interface TossPayClient {
  /** With the merchant's API key, if the body has no other. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<TossPayAnswer>;
  /** A refund of 1,000 won, if the parts say nothing else. */
  refund(payToken: string, parts?: Readonly<Record<string, unknown>>): Promise<TossPayAnswer>;
  refused(answer: Promise<TossPayAnswer>, errorCode: string): Promise<void>;
}

export function tossPayClientOf(rig: Rig): TossPayClient {
  const { apiKey } = rig.call().channel.credentials;
  let refunds = 0;

  const post: TossPayClient['post'] = async (path, body, headers = {}) => {
    const answer = await request(rig.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify({ apiKey, ...(body as object) }),
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
  };

  return {
    post,
    refund(payToken, parts = {}) {
      refunds += 1;
      const refundNo = `refund-${refunds}`;
      return post('/api/v2/refunds', { payToken, refundNo, amount: 1000, amountTaxFree: 0, ...parts });
    },
    async refused(answer, errorCode) {
      const { status, body } = await answer;
      assert.deepEqual([status, body.code, body.errorCode], [200, -1, errorCode]);
      assert.equal(typeof body.msg, 'string');
    },
  };
}
