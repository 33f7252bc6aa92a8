import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { MerchantSettings } from '../merchants/merchants.ts';
import type { Payment } from '../records/payment.ts';
import type { WebhookBody, WebhookEvent, WebhookFormat } from './delivery.ts';
import type { SendLimits } from './send.ts';
import type { DirectCall, SentCall, Webhooks } from './webhooks.ts';

interface DirectCallParts {
  readonly database: Database;
  readonly webhooks: Webhooks;
}

/** From i'mport's documentation of confirm_url. */
const confirmLimits: SendLimits = { allMs: 10_000 };

/** What the real console's call test sends. */
const testBody: WebhookBody = {
  imp_uid: 'imp_1234567890',
  merchant_uid: 'merchant_1234567890',
  status: 'paid',
  cancellation_id: null,
};

/**
 * Sends the body of a call test to the merchant's webhook_url, or to another one that it thinks of, waits for the answer, and answers
 * the id of its record. Where it may go, the address guard says.
 */
export async function testCall(
  parts: DirectCallParts,
  merchantId: bigint,
  limits: SendLimits,
  otherUrl?: string,
): Promise<bigint> {
  const [merchant] = await parts.database.query<{ webhook_url: string | null; webhook_format: WebhookFormat }>(
    'select webhook_url, webhook_format from merchants where id = $1',
    [merchantId],
  );
  const url = otherUrl ?? merchant?.webhook_url;
  if (!merchant || !url) throw new Refusal('webhook_url_missing');
  const call = {
    merchant_id: merchantId,
    url,
    format: merchant.webhook_format,
    body: testBody,
    kind: 'test',
    limits,
  } as const;
  return keepCall(parts.database, { ...call, event: 'test', paymentId: null }, await parts.webhooks.call(call));
}

/**
 * Somebody is about to pay a barcode at the counter: the payment's confirm_url decides. Only 200 lets it be paid. The body is
 * that of i'mport's documentation of `POST /cvs`; that it is JSON whatever the merchant's format is inferred from there.
 * @throws Refusal `sandbox_payment_refused` with the reason that the receiver gave.
 */
export async function confirmAtCounter(
  parts: DirectCallParts,
  payment: Payment,
  payType: 'card' | 'cash',
): Promise<void> {
  const [row] = await parts.database.query<{ confirm_url: string | null; barcode: string | null }>(
    'select confirm_url, barcode from payments where merchant_id = $1 and id = $2',
    [payment.merchant_id, payment.id],
  );
  if (!row?.confirm_url) return;
  const call = {
    merchant_id: payment.merchant_id,
    url: row.confirm_url,
    format: 'json',
    body: {
      event: 'Galaxia.Cvs.Confirm',
      imp_uid: payment.imp_uid,
      merchant_uid: payment.merchant_uid,
      status: 'ready',
      extra: { barcode: row.barcode, payType },
    },
    kind: 'confirm',
    limits: confirmLimits,
  } as const;
  const refused = await askShop(parts, payment, call);
  if (refused !== undefined) throw new Refusal('sandbox_payment_refused', { reason: refused });
}

/**
 * A buyer has agreed in a payment window: its confirm_url decides whether the payment is asked for. Only 200 lets it go on. The body is
 * that of i'mport's documentation of the window. Answers why not, or `undefined`.
 */
export async function confirmInWindow(parts: DirectCallParts, payment: Payment): Promise<string | undefined> {
  const [row] = await parts.database.query<{ confirm_url: string | null }>(
    'select confirm_url from payments where merchant_id = $1 and id = $2',
    [payment.merchant_id, payment.id],
  );
  if (!row?.confirm_url) return undefined;
  const { merchant_id, imp_uid, merchant_uid, amount_minor, currency } = payment;
  const body = { imp_uid, merchant_uid, amount: amountNumber(amount_minor, currency) };
  return askShop(parts, payment, {
    merchant_id,
    url: row.confirm_url,
    format: 'json',
    body,
    kind: 'confirm',
    limits: confirmLimits,
  });
}

/** Why the shop does not want the payment, in the words that i'mport shows; `undefined`: it does. */
async function askShop(parts: DirectCallParts, payment: Payment, call: DirectCall): Promise<string | undefined> {
  const sent = await parts.webhooks.call(call);
  await keepCall(parts.database, { ...call, event: 'confirm', paymentId: payment.id }, sent);
  if (sent.succeeded) return undefined;
  return `고객사 요청에 의해 결제를 중단합니다. (상세사유 : ${reasonOf(sent) ?? '알 수 없음'})`;
}

/** A receiver may answer `{"reason": …}`. */
function reasonOf({ attempt }: SentCall): string | undefined {
  try {
    const { reason } = JSON.parse(attempt.answer.toString('utf8')) as { reason?: unknown };
    return typeof reason === 'string' && reason !== '' ? reason.slice(0, 256) : undefined;
  } catch {
    return undefined;
  }
}

async function keepCall(
  database: Database,
  call: {
    readonly merchant_id: bigint;
    readonly url: string;
    readonly format: MerchantSettings['webhookFormat'];
    readonly body: WebhookBody;
    readonly event: WebhookEvent;
    readonly paymentId: bigint | null;
  },
  { attempt, succeeded }: SentCall,
): Promise<bigint> {
  const [row] = await database.query<{ id: bigint }>(
    `with kept as (
       insert into webhook_deliveries (
         merchant_id, payment_id, event, body, url, endpoint, format, state, in_order, attempts, attempts_max,
         next_attempt_at, created_at, ended_at
       ) values ($1, $2, $3, $4, $5, '', $6, $7, false, 1, 1, clock_timestamp(), $8,
         $8::timestamptz + $14::integer * interval '1 millisecond')
       returning merchant_id, id
     )
     insert into webhook_attempts (
       merchant_id, delivery_id, kind, at, content_type, request_body, status, error, duration_ms, answer
     )
     select merchant_id, id, $9, $8, $10, $11, $12, $13, $14, $15 from kept
     returning delivery_id as id`,
    [
      call.merchant_id,
      call.paymentId,
      call.event,
      JSON.stringify(call.body),
      call.url,
      call.format,
      succeeded ? 'delivered' : 'failed',
      attempt.at,
      attempt.kind,
      attempt.content_type,
      attempt.request_body,
      attempt.status,
      attempt.error,
      attempt.duration_ms,
      attempt.answer,
    ],
  );
  if (!row) throw new Error('a call was not written down');
  return row.id;
}
