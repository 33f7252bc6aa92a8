import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { Refusal } from '../../../platform/errors/refusal.ts';
import { phpJson } from '../../../platform/json/php-json.ts';
import { envelopeHeaders } from '../../foundation/envelope.ts';
import { compileFields } from '../../foundation/field-decoder.ts';
import { AmountField, DigitsField, TextField } from '../../foundation/fields.ts';
import { isAssetName, sendAsset } from '../checkout/assets.ts';
import type { ControlPlane } from '../control-plane.ts';
import { languageOf, shopShell } from './page-shell.ts';
import { connectShop, englishMeaning, ShopRefusal, type ShopServer } from './shop-server.ts';

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  vary: 'accept-language',
} as const;

const OrderFields = Type.Object({ amount: AmountField(), currency: Type.Optional(TextField({ maxLength: 3 })) });
const CancelFields = Type.Object({
  amount: Type.Optional(AmountField()),
  checksum: Type.Optional(AmountField()),
  reason: Type.Optional(TextField({ maxLength: 256 })),
  refund_holder: Type.Optional(TextField({ maxLength: 16 })),
  refund_bank: Type.Optional(TextField({ maxLength: 10 })),
  refund_account: Type.Optional(DigitsField({ digitsMax: 16 })),
  refund_tel: Type.Optional(DigitsField({ digitsMax: 16 })),
  attempt: Type.Optional(
    TextField({ maxLength: 80, description: 'One for each press of the button: the Idempotency-Key.' }),
  ),
});
const readOrder = compileFields(OrderFields);
const readCancel = compileFields(CancelFields);

type OfPayment = { Params: { imp_uid: string } };
type Given = Readonly<Record<string, unknown>>;

/**
 * A shop to try the payment window with: a page, and the few things that a shop's server does for its page. They are no part of the API, and
 * stand in its description no more than those of any other shop. Pages of other addresses are kept out of them (`foreign-callers.ts`), and
 * with the demo merchant's token they reach that merchant's payments only.
 */
export function shopRoutes(app: FastifyInstance, { services }: ControlPlane): void {
  const providers = [...services.gateways.keys()];

  app.get('/shop', (request, reply) => reply.headers(pageHeaders).send(shopShell(languageOf(request), providers)));

  app.get<{ Params: { file: string } }>('/shop/assets/:file', async (request, reply) => {
    const { file } = request.params;
    if (!file.startsWith('shop.') || !isAssetName(file)) throw new Refusal('not_found');
    return sendAsset(request, reply, file);
  });

  /** The order is the server's: what it costs is announced before any page can say something else. */
  app.post(
    '/shop/api/orders',
    answered(async (shop, { body }) => {
      const { amount, currency = 'KRW' } = readOrder((body ?? {}) as Given) as Static<typeof OrderFields>;
      const merchantUid = `shop-${Date.now()}-${randomUUID().slice(0, 8)}`;
      return shop.post('/payments/prepare', { merchant_uid: merchantUid, amount, currency });
    }),
  );

  app.get<OfPayment>(
    '/shop/api/payments/:imp_uid',
    answered((shop, { params }) => look(shop, params.imp_uid)),
  );

  app.post<OfPayment>(
    '/shop/api/payments/:imp_uid/deposit',
    answered(async (shop, { params }) => {
      await shop.post(`/sandbox/vbanks/${encodeURIComponent(params.imp_uid)}/deposit`, {});
      return look(shop, params.imp_uid);
    }),
  );

  app.post<OfPayment>(
    '/shop/api/payments/:imp_uid/cancel',
    answered(async (shop, { params, body }) => {
      const { attempt, ...asked } = readCancel((body ?? {}) as Given) as Static<typeof CancelFields>;
      const headers = { 'idempotency-key': attempt || randomUUID() };
      await shop.post('/payments/cancel', { imp_uid: params.imp_uid, ...asked }, headers);
      return look(shop, params.imp_uid);
    }),
  );
}

/** Our payment beside the order that it is for, and beside what the gateway's own book says. */
async function look(shop: ShopServer, impUid: string): Promise<object> {
  const payment = await shop.get(`/payments/${encodeURIComponent(impUid)}`);
  const [order, book] = await Promise.all([
    orNothing(shop.get(`/payments/prepare/${encodeURIComponent(String(payment.merchant_uid))}`)),
    orNothing(shop.get(`/sandbox/books/${encodeURIComponent(String(payment.pg_provider))}?imp_uid=${payment.imp_uid}`)),
  ]);
  return { order, payment, book };
}

/** A payment of the demo merchant's that did not begin here has no order here. */
function orNothing(answer: Promise<Record<string, unknown>>): Promise<Record<string, unknown> | null> {
  return answer.catch((error: unknown) => {
    if (error instanceof ShopRefusal) return null;
    throw error;
  });
}

/** In i'mport's envelope, with what a refusal means in English beside its Korean message. */
function answered<Request extends Partial<OfPayment>>(
  work: (shop: ShopServer, request: FastifyRequest<Request & {}>) => Promise<object>,
) {
  return async (request: FastifyRequest<Request & {}>, reply: FastifyReply): Promise<FastifyReply> => {
    try {
      const response = await work(await connectShop(request as unknown as FastifyRequest), request);
      return reply.headers(envelopeHeaders).send(phpJson({ code: 0, message: null, meaning: null, response }));
    } catch (error) {
      const refused = refusedBy(error);
      if (refused.errorCode !== null) reply.header('x-hwanbul-error', refused.errorCode);
      const { status, message, errorCode } = refused;
      return reply
        .code(status)
        .headers(envelopeHeaders)
        .send(phpJson({ code: -1, message, meaning: englishMeaning(errorCode), response: null }));
    }
  };
}

function refusedBy(error: unknown): ShopRefusal {
  if (error instanceof ShopRefusal) return error;
  if (error instanceof Refusal) return new ShopRefusal(error.entry.status, error.errorCode, error.message);
  throw error;
}
