/**
 * The hardest fair opponent of a cancellation over the wire: a program that answers the same call from a `Map`. It looks at the
 * token and at the same parameters, refuses for the same reasons, and answers the same payment; it asks no gateway, and
 * forgets everything when it ends. `POST /payments` gives it a payment, as the real server has answered it.
 */
import Fastify from 'fastify';

interface Payment {
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly amount: number;
  readonly receipt_url: string | null;
  status: string;
  cancel_amount: number;
  cancelled_at: number;
  cancel_reason: string | null;
  readonly cancel_history: object[];
  readonly cancel_receipt_urls: string[];
}

interface CancelBody {
  readonly imp_uid?: string;
  readonly merchant_uid?: string;
  readonly amount?: number;
  readonly checksum?: number;
  readonly reason?: string;
}

const token = process.argv[2] ?? '';
const byImpUid = new Map<string, Payment>();
const byMerchantUid = new Map<string, Payment>();
let cancellations = 0;

const text = (maxLength: number) => ({ type: 'string', maxLength });
const amount = { type: 'number', minimum: 0 };
const cancelBody = {
  type: 'object',
  properties: {
    imp_uid: text(32),
    merchant_uid: text(40),
    amount,
    tax_free: amount,
    vat_amount: amount,
    checksum: amount,
    reason: text(256),
    refund_holder: text(16),
    refund_bank: text(3),
    refund_account: text(20),
    refund_tel: text(20),
    retain_promotion: { type: 'boolean' },
    enable_webhook: { type: 'boolean' },
    extra: { type: 'object', properties: { requester: { enum: ['customer', 'admin'] } } },
  },
};

const app = Fastify();
app.post('/payments', async ({ body }) => {
  const payment = body as Payment;
  byImpUid.set(payment.imp_uid, payment);
  byMerchantUid.set(payment.merchant_uid, payment);
  return { code: 0, message: null, response: {} };
});
app.get('/total', async () => {
  const total = [...byImpUid.values()].reduce((sum, payment) => sum + payment.cancel_amount, 0);
  return { code: 0, message: null, response: { total } };
});
app.post<{ Body: CancelBody }>(
  '/payments/cancel',
  { schema: { body: cancelBody } },
  async ({ body, headers }, reply) => {
    const refuse = (status: number, message: string) => reply.code(status).send({ code: -1, message, response: null });
    if (headers.authorization !== token) return refuse(401, 'Unauthorized');
    const payment =
      body.imp_uid === undefined ? byMerchantUid.get(body.merchant_uid ?? '') : byImpUid.get(body.imp_uid);
    if (!payment) return refuse(200, 'there is no such payment');
    if (payment.status !== 'paid' && payment.status !== 'cancelled') return refuse(200, 'it is not paid');
    const balance = payment.amount - payment.cancel_amount;
    if (balance === 0) return refuse(200, 'it is cancelled already');
    if (body.checksum !== undefined && body.checksum !== balance) return refuse(200, 'the checksum differs');
    const taken = body.amount || balance;
    if (!Number.isInteger(taken) || taken > balance) return refuse(200, 'more than is left');
    cancellations += 1;
    const id = String(cancellations).padStart(20, '0');
    const now = Math.floor(Date.now() / 1000);
    const reason = body.reason || '취소요청 api';
    payment.status = 'cancelled';
    payment.cancel_amount += taken;
    payment.cancelled_at = now;
    payment.cancel_reason = reason;
    payment.cancel_history.push({
      pg_tid: id,
      amount: taken,
      cancelled_at: now,
      reason,
      receipt_url: payment.receipt_url,
      cancellation_id: id,
    });
    if (payment.receipt_url !== null) payment.cancel_receipt_urls.push(payment.receipt_url);
    return { code: 0, message: null, response: payment };
  },
);

const url = await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`in memory on ${url},\n`);
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
