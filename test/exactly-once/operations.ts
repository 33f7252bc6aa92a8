import assert from 'node:assert/strict';
import type { Database } from '../../src/platform/database/pool.ts';
import type { GatewayOperation } from '../../src/port/operations.ts';
import type { ApiAnswer, ApiClient } from '../kit/api-client.ts';
import { bookOf, goodCard, issueBarcode, issueVbank, newOrder, payByCard } from '../kit/orders.ts';
import { receiptsInBook } from './observations.ts';

/** One operation on a payment that was prepared for it, and what each of the two books says of it. */
export interface PreparedOperation {
  /** Asks for the operation; a repeat asks for the very same again. */
  send(headers?: Record<string, string>, by?: ApiClient): Promise<ApiAnswer>;
  impUid(): Promise<string>;
  /** How often it stands in the gateway's book. */
  timesInBook(by?: ApiClient): Promise<number>;
  /** How often it stands in ours, as the API shows it. */
  timesInOurs(by?: ApiClient): Promise<number>;
}

export interface OperationCase {
  readonly operation: GatewayOperation;
  readonly provider: 'tosspayments' | 'galaxia' | 'kcp' | 'ksnet';
  /** The error code of an answer that says no. */
  readonly refused: string;
  readonly doubt: 'cancellation_in_doubt' | 'outcome_in_doubt';
  /** Is it one of the four that take an Idempotency-Key? */
  readonly takesKey: boolean;
  prepare(client: ApiClient, database: Database): Promise<PreparedOperation>;
}

const cancelledMinor = 400;

export async function payByTransfer(client: ApiClient, amount = 1000, more: object = {}): Promise<string> {
  const paid = await client.post('/sandbox/payments', {
    pg_provider: 'tosspayments',
    pay_method: 'trans',
    amount,
    merchant_uid: newOrder(),
    ...more,
  });
  assert.equal(paid.code, 0, paid.text);
  return paid.response.imp_uid;
}

export const issueReceipt = (client: ApiClient, impUid: string): Promise<ApiAnswer> =>
  client.post(`/receipts/${impUid}`, { identifier: '010-1234-5678' });

async function paymentOf(client: ApiClient, impUid: string) {
  const found = await client.get(`/payments/${impUid}`);
  assert.equal(found.code, 0, found.text);
  return found.response;
}

/** The making of a payment: its id is not known while the outcome is in doubt, but its order is. */
function making(
  client: ApiClient,
  database: Database,
  provider: string,
  merchantUid: string,
  send: (by: ApiClient) => Promise<ApiAnswer>,
  isMade: (payment: { status: string; vbank_num: string | null }) => boolean,
): PreparedOperation {
  const impUid = async (): Promise<string> => {
    const rows = await database.query<{ imp_uid: string }>('select imp_uid from payments where merchant_uid = $1', [
      merchantUid,
    ]);
    assert.equal(rows.length, 1, 'one payment was begun for the order');
    return rows[0]?.imp_uid ?? '';
  };
  return {
    send: (_headers, by = client) => send(by),
    impUid,
    async timesInBook(by = client) {
      const book = await by.get(`/sandbox/books/${provider}?imp_uid=${await impUid()}`);
      return book.response.transactions.length;
    },
    timesInOurs: async (by = client) => (isMade(await paymentOf(by, await impUid())) ? 1 : 0),
  };
}

function revoking(client: ApiClient, provider: string, path: string, impUid: string): PreparedOperation {
  return {
    send: (headers, by = client) => by.delete(`/${path}/${impUid}`, headers),
    impUid: async () => impUid,
    timesInBook: async (by = client) => ((await bookOf(by, impUid, provider)).status === 'revoked' ? 1 : 0),
    timesInOurs: async (by = client) => ((await paymentOf(by, impUid)).status === 'failed' ? 1 : 0),
  };
}

/**
 * A buyer who pays in a window, and whose page opens another one for the order when that has ended. What the window shows is told as an
 * answer of the API.
 */
async function preparedWindow(client: ApiClient): Promise<PreparedOperation> {
  const { user_code } = (await client.get('/sandbox/merchant')).response;
  const merchantUid = newOrder();
  const open = (by: ApiClient): Promise<ApiAnswer> =>
    by.post('/checkout/payments', { user_code, request: { merchant_uid: merchantUid, amount: 1000 } });
  const first = await open(client);
  assert.equal(first.code, 0, first.text);
  let { token, imp_uid: impUid } = first.response;
  return {
    async send(_headers, by = client) {
      if ((await by.get(`/checkout/${token}/result`)).response.ended) {
        const opened = await open(by);
        if (opened.code !== 0) return opened;
        ({ token, imp_uid: impUid } = opened.response);
      }
      return asAnswer(await by.post(`/checkout/${token}/pay`, { card: { quota: 0 } }));
    },
    impUid: async () => impUid,
    timesInBook: async (by = client) =>
      (await by.get(`/sandbox/books/tosspayments?imp_uid=${impUid}`)).response.transactions.length,
    timesInOurs: async (by = client) => ((await paymentOf(by, impUid)).status === 'paid' ? 1 : 0),
  };
}

function asAnswer(answer: ApiAnswer): ApiAnswer {
  if (answer.code !== 0) return answer;
  const { state, ended } = answer.response;
  const failed = { ...answer, code: -1, response: null };
  if (state === 'working') return { ...failed, error: 'outcome_in_doubt', message: '결제 결과를 확인하고 있습니다.' };
  assert.equal(state, 'ended', answer.text);
  if (ended.result.success) return answer;
  const { error_code: code, error_msg: message } = ended.result;
  return { ...failed, error: code === 'GATEWAY_UNREACHABLE' ? 'gateway_unreachable' : 'payment_refused', message };
}

/** What these are asked for with is kept nowhere: a card number, a password. */
export const neverSentAgain: ReadonlySet<GatewayOperation> = new Set(['approve', 'pay_from_wallet']);

export const operationCases: readonly OperationCase[] = [
  {
    operation: 'register_shipping',
    provider: 'ksnet',
    refused: 'shipping_refused',
    doubt: 'outcome_in_doubt',
    takesKey: false,
    async prepare(client) {
      const impUid = await payByTransfer(client, 1000, { pg_provider: 'ksnet', escrow: true });
      const logis = { company: 'CJGLS', invoice: '680000000001', sent_at: 1_733_000_300 };
      return {
        send: (_headers, by = client) => by.post(`/escrows/logis/${impUid}`, { logis }),
        impUid: async () => impUid,
        async timesInBook(by = client) {
          const { escrows } = (await by.get(`/sandbox/books/ksnet?imp_uid=${impUid}`)).response;
          return escrows.filter(({ status }: { status: string | null }) => status === 'shipped').length;
        },
        timesInOurs: async (by = client) => ((await by.get(`/escrows/logis/${impUid}`)).code === 0 ? 1 : 0),
      };
    },
  },
  {
    operation: 'cancel',
    provider: 'tosspayments',
    refused: 'cancellation_refused',
    doubt: 'cancellation_in_doubt',
    takesKey: true,
    async prepare(client) {
      const impUid = await payByCard(client, 1000);
      return {
        send: (headers, by = client) =>
          by.post('/payments/cancel', { imp_uid: impUid, amount: cancelledMinor, checksum: 1000 }, headers),
        impUid: async () => impUid,
        timesInBook: async (by = client) => (await bookOf(by, impUid)).cancels.length,
        timesInOurs: async (by = client) => (await paymentOf(by, impUid)).cancel_history.length,
      };
    },
  },
  {
    operation: 'revoke_vbank',
    provider: 'tosspayments',
    refused: 'vbank_revocation_refused',
    doubt: 'cancellation_in_doubt',
    takesKey: true,
    prepare: async (client) => revoking(client, 'tosspayments', 'vbanks', await issueVbank(client)),
  },
  {
    operation: 'revoke_barcode',
    provider: 'galaxia',
    refused: 'barcode_revocation_refused',
    doubt: 'cancellation_in_doubt',
    takesKey: true,
    prepare: async (client) => revoking(client, 'galaxia', 'cvs', await issueBarcode(client)),
  },
  {
    operation: 'revoke_receipt',
    provider: 'tosspayments',
    refused: 'receipt_revocation_refused',
    doubt: 'cancellation_in_doubt',
    takesKey: true,
    async prepare(client) {
      const impUid = await payByTransfer(client);
      const issued = await issueReceipt(client, impUid);
      assert.equal(issued.code, 0, issued.text);
      return {
        send: (headers, by = client) => by.delete(`/receipts/${impUid}`, headers),
        impUid: async () => impUid,
        timesInBook: async (by = client) =>
          (await receiptsInBook(by, impUid)).filter(({ balance }) => balance === 0).length,
        timesInOurs: async (by = client) => ((await by.get(`/receipts/${impUid}`)).response.cancelled_at > 0 ? 1 : 0),
      };
    },
  },
  {
    operation: 'issue_receipt',
    provider: 'tosspayments',
    refused: 'receipt_issue_refused',
    doubt: 'outcome_in_doubt',
    takesKey: false,
    async prepare(client) {
      const impUid = await payByTransfer(client);
      return {
        send: (_headers, by = client) => issueReceipt(by, impUid),
        impUid: async () => impUid,
        timesInBook: async (by = client) => (await receiptsInBook(by, impUid)).length,
        timesInOurs: async (by = client) => ((await paymentOf(by, impUid)).cash_receipt_issued ? 1 : 0),
      };
    },
  },
  {
    operation: 'approve',
    provider: 'tosspayments',
    refused: 'payment_refused',
    doubt: 'outcome_in_doubt',
    takesKey: false,
    async prepare(client, database) {
      const order = newOrder();
      const send = (by: ApiClient) =>
        by.post('/subscribe/payments/onetime', { merchant_uid: order, amount: 1000, ...goodCard });
      return making(client, database, 'tosspayments', order, send, ({ status }) => status === 'paid');
    },
  },
  {
    operation: 'approve_window',
    provider: 'tosspayments',
    refused: 'payment_refused',
    doubt: 'outcome_in_doubt',
    takesKey: false,
    prepare: preparedWindow,
  },
  {
    operation: 'pay_from_wallet',
    provider: 'kcp',
    refused: 'benepia_failed',
    doubt: 'outcome_in_doubt',
    takesKey: false,
    async prepare(client, database) {
      const order = newOrder();
      const login = { benepia_user: 'user01', benepia_password: 'password', benepia_member_code: 'company01' };
      const send = (by: ApiClient) =>
        by.post('/benepia/payment', { ...login, merchant_uid: order, name: '당근 10kg', amount: 1000 });
      return making(client, database, 'kcp', order, send, ({ status }) => status === 'paid');
    },
  },
  {
    operation: 'issue_vbank',
    provider: 'tosspayments',
    refused: 'vbank_issue_refused',
    doubt: 'outcome_in_doubt',
    takesKey: false,
    async prepare(client, database) {
      const order = newOrder();
      const due = Math.floor(Date.now() / 1000) + 86_400;
      const account = { amount: 1000, vbank_code: '004', vbank_due: due, vbank_holder: '홍길동' };
      const send = (by: ApiClient) => by.post('/vbanks', { merchant_uid: order, ...account });
      const isMade = (payment: { status: string; vbank_num: string | null }) =>
        payment.status === 'ready' && payment.vbank_num !== null;
      return making(client, database, 'tosspayments', order, send, isMade);
    },
  },
  {
    operation: 'issue_barcode',
    provider: 'galaxia',
    refused: 'barcode_issue_refused',
    doubt: 'outcome_in_doubt',
    takesKey: false,
    async prepare(client, database) {
      const order = newOrder();
      const send = (by: ApiClient) => by.post('/cvs', { merchant_uid: order, amount: 1000 });
      // What shows that a barcode was issued is its gateway id; while the outcome is open there is none.
      const isMade = (payment: { status: string; pg_tid?: string | null }) =>
        payment.status === 'ready' && Boolean(payment.pg_tid);
      return making(client, database, 'galaxia', order, send, isMade);
    },
  },
];

/** A declined charge is a payment, and no refusal: so it stands beside the others. */
export const chargeCase: OperationCase = {
  operation: 'charge_key',
  provider: 'tosspayments',
  refused: '',
  doubt: 'outcome_in_doubt',
  takesKey: false,
  async prepare(client, database) {
    const [order, uid] = [newOrder(), newOrder('card')];
    const registered = await client.post(`/subscribe/customers/${uid}`, { pg: 'tosspayments', ...goodCard });
    assert.equal(registered.code, 0, registered.text);
    const send = (by: ApiClient) =>
      by.post('/subscribe/payments/again', { customer_uid: uid, merchant_uid: order, amount: 1000 });
    return making(client, database, 'tosspayments', order, send, ({ status }) => status === 'paid');
  },
};
