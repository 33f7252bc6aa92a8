import { createHmac } from 'node:crypto';
import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

export type KiccAnswer = { readonly status: number; readonly body: Record<string, unknown> };

/** KICC's REST interface called as its own documentation says, without our adapter. */
export interface KiccClient {
  revise(pgCno: string, fields: Record<string, unknown>): Promise<KiccAnswer>;
  status(shopTransactionId: string, transactionDate: string, parts?: Record<string, unknown>): Promise<KiccAnswer>;
  receipt(fields: Record<string, unknown>): Promise<KiccAnswer>;
  charge(batchKey: string, fields?: Record<string, unknown>): Promise<KiccAnswer>;
  removeKey(batchKey: string, fields?: Record<string, unknown>): Promise<KiccAnswer>;
  post(path: string, body: unknown): Promise<KiccAnswer>;
}

/** `today` as KICC wants it: yyyyMMdd in Seoul. */
export function kiccClientOf(rig: Rig, today: () => string): KiccClient {
  const { secretKey = '' } = rig.call().channel.credentials;
  let requests = 0;
  const post = async (path: string, body: unknown): Promise<KiccAnswer> => {
    const answer = await request(rig.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: answer.statusCode === 200 ? JSON.parse(text) : { text } };
  };
  return {
    post,
    revise(pgCno, fields) {
      const shopTransactionId = String(fields.shopTransactionId ?? `raw-${++requests}`);
      const msgAuthValue = createHmac('sha256', secretKey).update(`${pgCno}|${shopTransactionId}`).digest('hex');
      return post('/api/trades/revise', {
        mallId: rig.mid,
        shopTransactionId,
        pgCno,
        cancelReqDate: today(),
        msgAuthValue,
        ...fields,
      });
    },
    charge: (batchKey, fields = {}) =>
      post('/api/trades/approval/batch', {
        mallId: rig.mid,
        shopTransactionId: `raw-${++requests}`,
        shopOrderNo: `order-${requests}`,
        approvalReqDate: today(),
        amount: 10_000,
        currency: '00',
        orderInfo: { goodsName: '정기결제' },
        payMethodInfo: { billKeyMethodInfo: { batchKey }, cardMethodInfo: { installmentMonth: '00' } },
        ...fields,
      }),
    removeKey: (batchKey, fields = {}) =>
      post('/api/trades/removeBatchKey', {
        mallId: rig.mid,
        shopTransactionId: `raw-${++requests}`,
        batchKey,
        removeReqDate: today(),
        ...fields,
      }),
    status: (shopTransactionId, transactionDate, parts = {}) =>
      post('/api/trades/retrieveTransaction', { mallId: rig.mid, shopTransactionId, transactionDate, ...parts }),
    receipt: (fields) =>
      post('/directapi/trades/directCashReceiptApproval', {
        directCashReceiptnfo: {
          mallId: rig.mid,
          shopTransactionId: `raw-${++requests}`,
          shopReqDate: today(),
          shopOrderNo: `receipt-${requests}`,
          goodsName: '생수',
          amount: 10_000,
          serviceAmount: 0,
          vatAmount: 909,
          issueType: '01',
          authType: '03',
          authValue: '01012345678',
          subMallUsed: '0',
          ...fields,
        },
      }),
  };
}
