import { createHash } from 'node:crypto';
import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

export type Fields = Readonly<Record<string, string>>;

/** DirectProcessor called as Eximbay's clients do, without our adapter. */
export function eximbayClientOf(rig: Rig) {
  const { secretKey = '' } = rig.call().channel.credentials;
  function fgkeyOf(fields: Fields): string {
    const text = Object.entries(fields)
      .filter(([name]) => name !== 'fgkey')
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join('&');
    return createHash('sha256').update(`${secretKey}?${text}`).digest('hex');
  }
  async function post(fields: Fields): Promise<Fields> {
    const answer = await request(`${rig.url}/Gateway/DirectProcessor.krp`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ fgkey: fgkeyOf(fields), ...fields }).toString(),
    });
    return Object.fromEntries(new URLSearchParams(await answer.body.text()));
  }
  const about = (paid: { orderId: string; gatewayTid: string }, parts: Fields) => ({
    ver: '230',
    charset: 'UTF-8',
    mid: rig.mid,
    ref: paid.orderId,
    cur: 'USD',
    amt: '100.00',
    transid: paid.gatewayTid,
    lang: 'EN',
    ...parts,
  });
  return {
    fgkeyOf,
    post,
    refund: (paid: { orderId: string; gatewayTid: string }, parts: Fields) =>
      post(about(paid, { txntype: 'REFUND', refundtype: 'P', refundamt: '30.00', reason: 'test', ...parts })),
    query: (paid: { orderId: string; gatewayTid: string }, parts: Fields = {}) =>
      post(about(paid, { txntype: 'QUERY', keyfield: 'TRANSID', ...parts })),
  };
}
