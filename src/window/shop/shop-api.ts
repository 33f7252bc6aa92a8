import { call, NoAnswer } from '../call.ts';
import type { Envelope } from '../protocol.ts';
import type { Language } from './words.ts';

/** A channel of `GET /users/pg/{user_code}`. */
export interface Channel {
  readonly pg_provider: string;
  readonly pg_id: string;
  readonly type: string;
}

/** Of `GET /capabilities`, what this shop asks of a gateway. */
export interface GatewayCapabilities {
  readonly pg_provider: string;
  readonly currencies: readonly string[];
  readonly pay_methods: readonly MethodCapabilities[];
}

export interface MethodCapabilities {
  readonly pay_method: string;
  readonly operations: Readonly<Record<string, string>>;
  readonly partial_cancel: boolean;
  readonly refund_account: 'none' | 'optional' | 'required' | 'required_with_tel';
}

export interface Payment {
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly pg_provider: string;
  readonly pay_method: string;
  readonly status: 'ready' | 'paid' | 'failed' | 'cancelled';
  readonly amount: number;
  readonly currency: string;
  readonly cancel_amount: number;
  readonly customer_uid: string | null;
  readonly fail_reason: string | null;
  readonly receipt_url: string | null;
  readonly vbank_num: string | null;
  readonly vbank_name: string | null;
  readonly vbank_holder: string | null;
  readonly vbank_date: number;
}

export interface Book {
  readonly transactions: readonly {
    readonly amount: number;
    readonly cancelled_amount: number;
    readonly status: string;
    readonly cancels: readonly object[];
  }[];
  readonly billing_keys: readonly { readonly card_number: string | null }[];
}

/** What the shop's server knows of a payment: the order, the payment as the API has it, and the gateway's book. */
export interface Look {
  readonly order: { readonly amount: number; readonly currency: string | null } | null;
  readonly payment: Payment;
  readonly book: Book | null;
}

export interface Order {
  readonly merchant_uid: string;
  readonly amount: number;
}

/** The server said no. */
export class Refused extends Error {}

const answerMsMax = 130_000;

export interface ShopApi {
  channels(userCode: string): Promise<readonly Channel[]>;
  capabilities(): Promise<readonly GatewayCapabilities[]>;
  order(order: { readonly amount: string; readonly currency: string }): Promise<Order>;
  look(impUid: string): Promise<Look>;
  deposit(impUid: string): Promise<Look>;
  cancel(impUid: string, asked: Readonly<Record<string, string>>): Promise<Look>;
}

/** What the page asks of its own server. Throws `Refused` with a sentence in this language, or `NoAnswer`. */
export function shopApi(language: Language): ShopApi {
  async function ask<Response>(method: 'GET' | 'POST', path: string, body?: object): Promise<Response> {
    const asked = call<Response>(method, path, answerMsMax, body && JSON.stringify(body), 'application/json');
    const answer: Envelope<Response> & { readonly meaning?: string | null } = await asked.answer;
    if (answer.code === 0 && answer.response !== null) return answer.response;
    const message = answer.message ?? '';
    const code = asked.header('x-hwanbul-error');
    throw new Refused(language === 'en' && answer.meaning ? `${answer.meaning}${code ? ` (${code})` : ''}` : message);
  }
  const ofPayment = (impUid: string, act = '') => `/shop/api/payments/${encodeURIComponent(impUid)}${act}`;

  return {
    channels: (userCode) => ask('GET', `/users/pg/${userCode}`),
    capabilities: async () =>
      (await ask<{ readonly gateways: readonly GatewayCapabilities[] }>('GET', '/capabilities')).gateways,
    order: (order) => ask('POST', '/shop/api/orders', order),
    look: (impUid) => ask('GET', ofPayment(impUid)),
    deposit: (impUid) => ask('POST', ofPayment(impUid, '/deposit'), {}),
    cancel: (impUid, asked) => ask('POST', ofPayment(impUid, '/cancel'), asked),
  };
}

export { NoAnswer };
