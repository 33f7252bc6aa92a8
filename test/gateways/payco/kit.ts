import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

export type Fields = Readonly<Record<string, unknown>>;
/** A payment of the window: its transaction id is the order number and the order's certifying key. */
export interface Paid {
  readonly orderId: string;
  readonly gatewayTid: string;
}
export interface PaycoAnswer {
  readonly status: number;
  readonly body: { readonly code: number | string; readonly message: string; readonly result?: Fields };
}

/** PAYCO's API called as its clients do, without our adapter. */
export interface PaycoClient {
  post(path: string, body: string, headers?: Readonly<Record<string, string>>): Promise<PaycoAnswer>;
  /** A cancellation of everything that the window's payment was, without the fields that may be left out. */
  fieldsOf(paid: Paid, parts?: Fields): Fields;
  cancel(paid: Paid, parts?: Fields): Promise<PaycoAnswer>;
  check(paid: Paid, parts?: Fields): Promise<PaycoAnswer>;
  productsOf(paid: Paid, productAmt: number, parts?: Fields): Fields[];
  /** The fields in which a cancellation of a part differs. */
  part(paid: Paid, amount: number, parts?: Fields): Fields;
}

export function paycoClientOf(rig: Rig): PaycoClient {
  const { sellerKey, productId } = rig.call().channel.credentials;

  const post: PaycoClient['post'] = async (path, body, headers = {}) => {
    const answer = await request(rig.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as PaycoAnswer['body'] };
  };
  const fieldsOf: PaycoClient['fieldsOf'] = ({ gatewayTid }, parts = {}) => {
    const point = gatewayTid.indexOf('.');
    return {
      sellerKey,
      orderNo: gatewayTid.slice(0, point),
      orderCertifyKey: gatewayTid.slice(point + 1),
      cancelTotalAmt: 10_000,
      ...parts,
    };
  };
  const productsOf: PaycoClient['productsOf'] = ({ orderId }, productAmt, parts = {}) => [
    { sellerOrderProductReferenceKey: orderId, cpId: rig.mid, productId, productAmt, ...parts },
  ];

  return {
    post,
    fieldsOf,
    cancel: (paid, parts) => post('/outseller/order/cancel', JSON.stringify(fieldsOf(paid, parts))),
    check: (paid, parts) => post('/outseller/order/cancel/checkAvailability', JSON.stringify(fieldsOf(paid, parts))),
    productsOf,
    part: (paid, amount, parts = {}) => ({ cancelTotalAmt: amount, orderProducts: productsOf(paid, amount), ...parts }),
  };
}
