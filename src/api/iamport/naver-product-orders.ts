import type { FastifyInstance } from 'fastify';
import { type Static, type TProperties, Type } from 'typebox';
import type { Channel } from '../../core/merchants/channels.ts';
import type { Merchant } from '../../core/merchants/merchants.ts';
import type { Caller } from '../../core/operations/carry-out.ts';
import { findPayment } from '../../core/payments/find-payment.ts';
import { changeProductOrder } from '../../core/product-orders/change.ts';
import { type Done, eachProductOrder } from '../../core/product-orders/each.ts';
import { findProductOrder, productOrdersAt } from '../../core/product-orders/read.ts';
import { readProductOrders } from '../../core/product-orders/refund.ts';
import { refundEach } from '../../core/product-orders/refund-each.ts';
import type { Payment } from '../../core/records/payment.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import type { ProductOrderRefundWay } from '../../port/product-order-refund.ts';
import type { ProductOrder, ProductOrderChange, ProductOrdersAt, Shipment } from '../../port/product-orders.ts';
import { ChoiceField, IntegerField, StringListField } from '../foundation/fields.ts';
import { type AnswerWithStatus, defineRoute } from '../foundation/route.ts';
import {
  type ProductOrderAnswer,
  ProductOrderListView,
  ProductOrderView,
  viewProductOrder,
} from '../views/product-order.ts';
import {
  cancelReasons,
  deliveryCompanies,
  deliveryMethods,
  returnDeliveryMethods,
  returnReasons,
  withholdReasons,
  wordOr,
} from './naver-words.ts';

const ImpUid = Type.Object({ imp_uid: Type.String() });

const ProductOrderIds = {
  product_order_id: Type.Optional(
    StringListField({ description: 'Absent, null or empty: all product orders of the payment.' }),
  ),
};
const DeliveryCompany = Type.Optional(ChoiceField(deliveryCompanies));
const TrackingNumber = Type.Optional(Type.String({ maxLength: 50 }));

const refusals = [
  'payment_not_found',
  'naver_order_only',
  'naver_orders_not_available',
  'naver_refused',
  'naver_order_unknown',
  'naver_unreachable',
  'naver_unanswered',
  'naver_unclear',
] as const satisfies readonly ErrorCode[];
const refundRefusals = [
  'naver_order_refunded',
  'naver_order_books_differ',
  'naver_in_doubt',
  'database_unavailable',
] as const satisfies readonly ErrorCode[];

/** Of every operation on Naver's orders, for docs/surface.md. */
export const orderStandIn = 'a state machine of product orders and claims, with its own book';

const partly =
  'HTTP 207: only those in the answer; the header X-Hwanbul-Failed-Product-Orders names the others. 500: none.';

/** What an operation does to one product order, and what it takes besides their ids. */
interface Operation<Fields extends TProperties> {
  /** The end of its path. */
  readonly name: string;
  readonly operationId: string;
  readonly summary: string;
  readonly fields: Fields;
  readonly example?: object;
}

export function naverProductOrderRoutes(app: FastifyInstance, services: Services): void {
  function change<const Fields extends TProperties>(
    operation: Operation<Fields>,
    read: (body: Static<Type.TObject<Fields>>) => ProductOrderChange,
  ): void {
    defineRoute(app, {
      ...described(operation),
      refusals,
      authenticate: true,
      async handler({ params, body, merchant }) {
        const wanted = read(body as Static<Type.TObject<Fields>>);
        const { payment, channel, at, deadline } = await meant(services, merchant, params.imp_uid);
        const ids = await idsMeant(services, { payment, channel, at, deadline }, body);
        const done = await eachProductOrder(ids, deadline, (productOrderId) =>
          changeProductOrder(services, payment, at, channel, { productOrderId, change: wanted }, deadline),
        );
        return answerFor(done);
      },
    });
  }

  function refund<const Fields extends TProperties>(
    operation: Operation<Fields>,
    by: ProductOrderRefundWay,
    read: (body: Static<Type.TObject<Fields>>) => {
      readonly word: string | null;
      readonly memo: string | null;
      readonly reason: string;
    },
  ): void {
    defineRoute(app, {
      ...described(operation),
      refusals: [...refusals, ...refundRefusals],
      authenticate: true,
      async handler({ params, body, merchant }) {
        const { word, memo, reason } = read(body as Static<Type.TObject<Fields>>);
        const at = await meant(services, merchant, params.imp_uid);
        const ids = await idsMeant(services, at, body);
        const caller: Caller = { merchantId: merchant.id, idempotencyId: null, deadline: at.deadline };
        return answerFor(await refundEach(services, caller, at, ids, { by, reason: word, memo }, reason));
      },
    });
  }

  refund(
    {
      name: 'cancel',
      operationId: 'naverCancelProductOrder',
      summary: 'The seller cancels product orders that are not shipped, and gives their money back.',
      fields: {
        reason: Type.Optional(
          Type.String({
            description: `${Object.keys(cancelReasons).join(', ')}. Default, and for any other: PRODUCT_UNSATISFIED.`,
          }),
        ),
      },
      example: { product_order_id: ['2024120100000011'], reason: 'SOLD_OUT' },
    },
    'cancel',
    ({ reason }) => {
      const word = wordOr(cancelReasons, reason, 'PRODUCT_UNSATISFIED');
      return { word, memo: null, reason: cancelReasons[word] };
    },
  );
  refund(
    {
      name: 'approve-cancel',
      operationId: 'naverApproveCancelProductOrder',
      summary: 'Grants the cancel that the buyer asked for.',
      fields: {},
      example: { product_order_id: ['2024120100000011'] },
    },
    'approve_cancel',
    () => ({ word: null, memo: null, reason: '구매자 취소 요청 승인' }),
  );
  refund(
    {
      name: 'approve-return',
      operationId: 'naverApproveReturnProductOrder',
      summary: 'Grants a return, and gives the money back.',
      fields: { memo: Type.Optional(Type.String({ maxLength: 1_000 })) },
      example: { product_order_id: ['2024120100000011'], memo: '회수 확인' },
    },
    'approve_return',
    ({ memo }) => ({ word: null, memo: memo || null, reason: '반품 승인' }),
  );

  change(
    {
      name: 'place',
      operationId: 'naverPlaceProductOrder',
      summary: 'The seller has seen the orders: from now on, buyers ask before they cancel.',
      fields: {},
      example: { product_order_id: ['2024120100000011'] },
    },
    () => ({ kind: 'place' }),
  );
  change(
    {
      name: 'ship',
      operationId: 'naverShipProductOrder',
      summary: 'Product orders are on their way.',
      fields: {
        delivery_method: ChoiceField(deliveryMethods),
        dispatched_at: IntegerField({ minimum: 0, maximum: 253_402_300_799, description: 'Seconds since 1970.' }),
        delivery_company: DeliveryCompany,
        tracking_number: TrackingNumber,
      },
      example: {
        delivery_method: 'DELIVERY',
        dispatched_at: 1_733_300_000,
        delivery_company: 'CJGLS',
        tracking_number: '123456789012',
      },
    },
    (body) => ({
      kind: 'ship',
      shipment: shipmentOf(body, 'DELIVERY'),
      dispatchedAt: new Date(body.dispatched_at * 1000),
    }),
  );
  change(
    {
      name: 'ship-exchanged',
      operationId: 'naverShipExchangedProductOrder',
      summary: 'What the buyer gets in exchange is on its way.',
      fields: {
        delivery_method: ChoiceField(deliveryMethods),
        delivery_company: DeliveryCompany,
        tracking_number: TrackingNumber,
      },
      example: { delivery_method: 'DELIVERY', delivery_company: 'CJGLS', tracking_number: '123456789012' },
    },
    (body) => ({ kind: 'ship_exchanged', shipment: shipmentOf(body, 'DELIVERY') }),
  );
  change(
    {
      name: 'collect-exchanged',
      operationId: 'naverCollectProductOrder',
      summary: 'What the buyer exchanges has come back.',
      fields: {},
      example: { product_order_id: ['2024120100000011'] },
    },
    () => ({ kind: 'collect_exchanged' }),
  );
  change(
    {
      name: 'request-return',
      operationId: 'naverRequestReturnProductOrder',
      summary: 'Asks for a return in the place of the buyer.',
      fields: {
        reason: Type.Optional(
          Type.String({ description: `${returnReasons.join(', ')}. Default, and for any other: INTENT_CHANGED.` }),
        ),
        delivery_method: ChoiceField(returnDeliveryMethods),
        delivery_company: DeliveryCompany,
        tracking_number: TrackingNumber,
      },
      example: {
        reason: 'BROKEN',
        delivery_method: 'RETURN_DELIVERY',
        delivery_company: 'CJGLS',
        tracking_number: '123456789012',
      },
    },
    (body) => ({
      kind: 'request_return',
      reason: returnReasons.find((each) => each === body.reason) ?? 'INTENT_CHANGED',
      shipment: shipmentOf(body, 'RETURN_DELIVERY'),
    }),
  );
  change(
    {
      name: 'reject-return',
      operationId: 'naverRejectReturnProductOrder',
      summary: 'Refuses a return.',
      fields: { memo: Type.String({ maxLength: 1_000 }) },
      example: { product_order_id: ['2024120100000011'], memo: '사용 흔적이 있습니다' },
    },
    ({ memo }) => ({ kind: 'reject_return', memo }),
  );
  change(
    {
      name: 'withhold-return',
      operationId: 'naverWithholdReturnProductOrder',
      summary: 'Holds a return back: it can be granted only after it is let go.',
      fields: {
        reason: Type.Optional(
          Type.String({ description: `${withholdReasons.join(', ')}. Default, and for any other: ETC.` }),
        ),
        memo: Type.String({ maxLength: 1_000 }),
        extra_charge: Type.Optional(IntegerField({ minimum: 0 })),
      },
      example: { reason: 'RETURN_DELIVERYFEE', memo: '반품 배송비 미입금', extra_charge: 3000 },
    },
    ({ reason, memo, extra_charge }) => ({
      kind: 'withhold_return',
      reason: withholdReasons.find((each) => each === reason) ?? 'ETC',
      memo,
      extraChargeMinor: BigInt(extra_charge ?? 0),
    }),
  );
  change(
    {
      name: 'resolve-return',
      operationId: 'naverResolveReturnProductOrder',
      summary: 'Lets a return go that was held back.',
      fields: {},
      example: { product_order_id: ['2024120100000011'] },
    },
    () => ({ kind: 'resolve_return' }),
  );

  defineRoute(app, {
    method: 'GET',
    url: '/payments/:imp_uid/naver/product-orders',
    operationId: 'getProductOrders',
    tag: 'naver',
    summary: 'The product orders of a payment.',
    params: ImpUid,
    response: ProductOrderListView,
    refusals: ['payment_not_found', 'naver_orders_not_found', 'naver_orders_not_available', 'naver_unanswered'],
    authenticate: true,
    alsoByPost: true,
    standIn: orderStandIn,
    async handler({ params, merchant }) {
      const payment = await findPayment(services.database, merchant.id, params.imp_uid);
      const channel = await services.channels.byId(payment.channel_id);
      const at = productOrdersAt(channel);
      if (!at) throw new Refusal('naver_orders_not_found');
      const orders = await readProductOrders(services, payment, at, channel, services.requestDeadline());
      return orders.map(viewProductOrder);
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/naver/product-orders/:product_order_id',
    operationId: 'getProductOrderSingle',
    tag: 'naver',
    summary: 'One product order.',
    params: Type.Object({ product_order_id: Type.String() }),
    response: ProductOrderView,
    refusals: ['naver_order_not_found', 'naver_orders_not_available', 'naver_unanswered'],
    authenticate: true,
    alsoByPost: true,
    standIn: orderStandIn,
    async handler({ params, merchant }) {
      const deadline = services.requestDeadline();
      const order = await findProductOrder(services, merchant.id, params.product_order_id, deadline);
      // Merchants may share a MID, and then the gateway tells one of the other's.
      const payment = order && (await services.findByImpUid(merchant.id, order.orderId));
      if (!order || !payment) throw new Refusal('naver_order_not_found');
      return viewProductOrder(order);
    },
  });
}

function described<Fields extends TProperties>({ name, operationId, summary, fields, example }: Operation<Fields>) {
  return {
    method: 'POST',
    url: `/payments/:imp_uid/naver/${name}`,
    operationId,
    tag: 'naver',
    summary,
    description: partly,
    params: ImpUid,
    body: Type.Object({ ...ProductOrderIds, ...fields }),
    response: ProductOrderListView,
    otherStatuses: [207],
    standIn: orderStandIn,
    ...(example && { example: { body: example } }),
  } as const;
}

/** More than any order has. */
const idsMax = 200;

/** A courier needs a number; what else needs none is not looked at. */
function shipmentOf(
  body: {
    readonly delivery_method: string;
    readonly delivery_company?: string | undefined;
    readonly tracking_number?: string | undefined;
  },
  byCourier: string,
): Shipment {
  const { delivery_method: method, delivery_company: company, tracking_number: trackingNumber } = body;
  if (method === byCourier && !company) throw new Refusal('parameter_missing', { name: 'delivery_company' });
  if (method === byCourier && !trackingNumber) throw new Refusal('parameter_missing', { name: 'tracking_number' });
  return { method, company: company ?? null, trackingNumber: trackingNumber || null };
}

interface Meant {
  readonly payment: Payment;
  readonly channel: Channel;
  readonly at: ProductOrdersAt;
  readonly deadline: Caller['deadline'];
}

async function meant(services: Services, merchant: Merchant, impUid: string): Promise<Meant> {
  const payment = await findPayment(services.database, merchant.id, impUid);
  const channel = await services.channels.byId(payment.channel_id);
  const at = productOrdersAt(channel);
  if (!at) throw new Refusal('naver_order_only');
  return { payment, channel, at, deadline: services.requestDeadline() };
}

async function idsMeant(
  services: Services,
  { payment, channel, at, deadline }: Meant,
  { product_order_id: named = [] }: { readonly product_order_id?: readonly string[] },
): Promise<readonly string[]> {
  const given = named.filter((id) => id !== '');
  if (given.length > idsMax) {
    throw new Refusal('parameter_invalid', { name: 'product_order_id', expected: `${idsMax}개 이하` });
  }
  if (given.length > 0) return given;
  return (await readProductOrders(services, payment, at, channel, deadline)).map(({ id }) => id);
}

/** 200, 207, or the first refusal; a doubt comes before any other, since it is the only one after which something may be done. */
function answerFor({ productOrders, failures }: Done): AnswerWithStatus<readonly ProductOrderAnswer[]> {
  const response = productOrders.map((order: ProductOrder) => viewProductOrder(order));
  if (failures.length === 0) return { status: 200, response };
  if (productOrders.length > 0) {
    const failed = failures.map(({ productOrderId, refusal }) => `${headerText(productOrderId)}=${refusal.errorCode}`);
    return { status: 207, headers: { 'x-hwanbul-failed-product-orders': failed.join(', ') }, response };
  }
  const unclear = failures.find(({ refusal }) => ['naver_in_doubt', 'naver_unclear'].includes(refusal.errorCode));
  const { refusal } = unclear ?? (failures[0] as (typeof failures)[number]);
  if (refusal.entry.status === 500) throw refusal;
  throw new Refusal('naver_refused', { reason: refusal.message }, refusal.category, refusal.operation);
}

function headerText(id: string): string {
  return id.replace(/[^\w-]/g, '?').slice(0, 80);
}
