import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { adopt } from '../../core/reconciliation/adopt.ts';
import type { AdoptionLine, AdoptionOrder } from '../../core/reconciliation/adoption-plan.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { readPositiveAmount } from '../../platform/money/amount-parameter.ts';
import { isKnownCurrency } from '../../platform/money/currency.ts';
import { payMethods } from '../../port/payment.ts';
import { AmountField, BooleanField, ChoiceField, IntegerField } from '../foundation/fields.ts';
import { actorOf } from '../foundation/member-entrance.ts';
import { defineRoute } from '../foundation/route.ts';
import { AdoptionView, viewAdoption } from '../views/adoption.ts';
import { operatorHeaders, requireOperator } from './operator.ts';

const ordersMax = 50;
/** The last second that a timestamp of ours may have: the end of the year 9999. */
const latestSecond = 253_402_300_799;

const Line = Type.Object({
  type: ChoiceField(['payment', 'cancellation']),
  transaction_id: Type.String({ maxLength: 200 }),
  currency: Type.Optional(Type.String({ maxLength: 3, description: 'Default KRW.' })),
  amount: AmountField(),
  at: IntegerField({ minimum: 0, maximum: latestSecond, description: 'Seconds since 1970.' }),
});

const Order = Type.Object({
  order_id: Type.String({ maxLength: 32, description: 'The order at the gateway, which is the `imp_uid`.' }),
  lines: Type.Optional(
    Type.Array(Line, {
      description:
        'What the gateway lists of it, or its settlement file. A payment that is not in our book needs the line of the payment; ' +
        'where a gateway tells the balance only, cancellations need theirs.',
    }),
  ),
  merchant_uid: Type.Optional(Type.String({ maxLength: 40, description: 'Of a payment that is not in our book.' })),
  pay_method: Type.Optional(
    ChoiceField(payMethods, {
      description: 'Of a payment that is not in our book, where the gateway does not tell it.',
    }),
  ),
  store: Type.Optional(
    Type.String({
      maxLength: 10,
      description: 'Of a payment that is not in our book, where there are sub-stores: `main`, or the code of one.',
    }),
  ),
});

/** Hwanbul's own: what the gateway has and our book has lost comes into our book by a named person. */
export function adoptionRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/reconciliations/:pg_provider/adoptions',
    operationId: 'adoptTransactions',
    permission: 'resolve',
    tag: 'reconciliation',
    summary:
      'A person takes into our book what the gateway has and our book has lost, as after a point-in-time recovery.',
    description:
      'Each order is looked up at the gateway now, and what it says then is what counts. Nothing is sent to it but look-ups. ' +
      'Cancellations of a payment in our book, and payments that are not in it, are adopted; whatever else differs is told and left. ' +
      'A repeat adopts nothing a second time.',
    params: Type.Object({ pg_provider: Type.String() }),
    body: Type.Object({
      list: Type.Array(Order, { description: `At most ${ordersMax}.` }),
      dry_run: Type.Optional(
        BooleanField({ default: true, description: 'Only tells what would be adopted. Default true.' }),
      ),
      actor: Type.Optional(
        Type.String({
          maxLength: 80,
          description:
            'Who decides it; needed unless it is a dry run. Of a member: the e-mail address, whatever is said here.',
        }),
      ),
      reason: Type.Optional(Type.String({ maxLength: 256, description: 'Needed unless it is a dry run.' })),
      source: Type.Optional(
        Type.String({ maxLength: 200, description: 'From where it is known, such as the name of a settlement file.' }),
      ),
    }),
    response: AdoptionView,
    headers: operatorHeaders,
    refusals: ['operator_required', 'channel_not_found', 'parameter_missing', 'parameter_invalid', 'amount_invalid'],
    authenticate: true,
    example: {
      body: {
        list: [{ order_id: 'imp_157956638714' }],
        dry_run: false,
        actor: '김환불',
        reason: '백업 복구 이후 유실된 취소',
      },
    },
    async handler({ params, body, merchant, member, request }) {
      const deadline = services.requestDeadline();
      const { pg_provider: provider } = params;
      const isDryRun = body.dry_run ?? true;
      await requireOperator(services, merchant, request);
      if (body.list.length > ordersMax) {
        throw new Refusal('parameter_invalid', { name: 'list', expected: `${ordersMax}건 이하` });
      }
      const orders = body.list.map(readOrder);
      const twice = orders.find(({ orderId }, index) => orders.findIndex((each) => each.orderId === orderId) !== index);
      if (twice) throw new Refusal('parameter_invalid', { name: 'list[][order_id]', expected: '중복되지 않는 값' });
      await services.channels.choose(merchant.id, { provider });
      const adoptedBy = isDryRun ? undefined : adopterOf(body, actorOf({ member }, body.actor), member !== undefined);
      const results = await adopt(services, { merchant, provider, orders, adoptedBy, deadline });
      if (results.some(({ outcome }) => outcome === 'adopted')) services.webhooks.wake();
      return viewAdoption(isDryRun, results);
    },
  });
}

function adopterOf(
  { reason, source }: { readonly reason?: string | undefined; readonly source?: string | undefined },
  actor: string,
  isMember: boolean,
) {
  if (!reason) throw new Refusal('parameter_missing', { name: 'reason' });
  const from = source || 'API';
  return {
    by: `${isMember ? 'member' : 'person'}:${actor}`,
    reason,
    source: from,
    why: `${reason} (adopted as the gateway's look-up has it; named by ${from})`,
  };
}

function readOrder(order: Static<typeof Order>): AdoptionOrder {
  return {
    orderId: order.order_id,
    lines: (order.lines ?? []).map(readLine),
    merchantUid: order.merchant_uid || undefined,
    payMethod: order.pay_method,
    store: order.store || undefined,
  };
}

function readLine({ type, transaction_id, currency = 'KRW', amount, at }: Static<typeof Line>): AdoptionLine {
  if (!isKnownCurrency(currency)) {
    throw new Refusal('parameter_invalid', { name: 'list[][lines][][currency]', expected: 'ISO 4217' });
  }
  const name = 'list[][lines][][amount]';
  return {
    type,
    transactionId: transaction_id,
    currency,
    amountMinor: readPositiveAmount(name, amount, currency),
    at: new Date(at * 1000),
  };
}
