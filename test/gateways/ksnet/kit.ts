import assert from 'node:assert/strict';
import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface KsnetAnswer {
  readonly aid: string;
  readonly code: string;
  readonly message: string;
  readonly data: Record<string, string> | null;
}

/** KSNET's API called as its own documentation says, without our adapter. */
export interface KsnetClient {
  /** Text is sent as it is, all else as JSON. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<KsnetAnswer>;
  /** In full, if the fields say nothing else. */
  cancel(fields: Fields, path?: string): Promise<KsnetAnswer>;
  cancelPart(tid: string, amount: string, seq: string, fields?: Fields): Promise<KsnetAnswer>;
  /** What a key-in of a new order carries. */
  keyIn(fields?: Fields): Fields;
  approve(fields?: Fields): Promise<KsnetAnswer>;
}

const prefix = '/kspay/webfep/api/v1';

export function ksnetClientOf(rig: Rig): KsnetClient {
  const { apiKey } = rig.call().channel.credentials;

  const post: KsnetClient['post'] = async (path, body, headers = {}) => {
    const answer = await request(rig.url + prefix + path, {
      method: 'POST',
      headers: { authorization: `pgapi ${apiKey}`, 'content-type': 'application/json; charset=utf-8', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const { aid, code, message, data } = (await answer.body.json()) as KsnetAnswer;
    assert.equal(answer.statusCode, 200);
    assert.match(aid, /^WFVCCSE\d{17}$/);
    return { aid, code, message, data };
  };
  const cancel: KsnetClient['cancel'] = (fields, path = '/card/cancel') =>
    post(path, { mid: rig.mid, payload: 'p1', cancelType: 'FULL', orgTradeKeyType: 'TID', ...fields });
  const keyIn: KsnetClient['keyIn'] = (fields = {}) => ({
    mid: rig.mid,
    payload: 'KST20240604S021',
    orderNumb: rig.orderId(),
    userName: '홍길동',
    productType: 'REAL',
    productName: '핑크테디',
    totalAmount: '1004',
    cardNumb: '4017620101234567',
    expiryDate: '3012',
    installMonth: '00',
    currencyType: 'KRW',
    ...fields,
  });

  return {
    post,
    cancel,
    cancelPart: (tid, amount, seq, fields = {}) =>
      cancel({ cancelType: 'PARTIAL', orgTradeKey: tid, cancelTotalAmount: amount, cancelSeq: seq, ...fields }),
    keyIn,
    approve: (fields = {}) => post('/card/pay/noncert', keyIn(fields)),
  };
}
