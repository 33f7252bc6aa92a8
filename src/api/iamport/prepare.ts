import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { announceAmount, changeAmount, findPrepared } from '../../core/payments/prepared-amounts.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { readAnnouncedAmount } from '../../platform/money/announced-amount.ts';
import { isKnownCurrency } from '../../platform/money/currency.ts';
import { AmountField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { PreparedAmountView, viewPrepared } from '../views/prepared-amount.ts';

const PreparedBody = Type.Object({
  merchant_uid: Type.String({ maxLength: 40 }),
  amount: AmountField(),
  currency: Type.Optional(Type.String({ maxLength: 3, description: 'Looked at only when it is announced.' })),
});

const example = { body: { merchant_uid: 'order-5', amount: 12900 } };

export function prepareRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/payments/prepare',
    operationId: 'preparePayment',
    tag: 'payments.validation',
    summary:
      'Announces what an order will cost. A payment window that is opened for it with another amount is refused.',
    description: 'Once per merchant_uid. Payments by the API (onetime, vbanks and so on) are not held to it.',
    body: PreparedBody,
    response: PreparedAmountView,
    refusals: ['prepare_duplicate', 'amount_invalid', 'currency_not_supported'],
    authenticate: true,
    example,
    async handler({ body, merchant }) {
      const currency = readCurrency(body.currency);
      const amount = readAnnouncedAmount('amount', body.amount, currency);
      return viewPrepared(
        await announceAmount(services, merchant.id, { merchantUid: body.merchant_uid, amount, currency }),
      );
    },
  });

  defineRoute(app, {
    method: 'PUT',
    url: '/payments/prepare',
    operationId: 'updatePreparedPayment',
    tag: 'payments.validation',
    summary: 'Changes what was announced. A currency that is not given stays; what was paid already stays as it is.',
    body: PreparedBody,
    response: PreparedAmountView,
    refusals: ['prepare_not_found', 'amount_invalid', 'currency_not_supported'],
    authenticate: true,
    example,
    async handler({ body, merchant }) {
      return viewPrepared(
        await changeAmount(services, merchant.id, {
          merchantUid: body.merchant_uid,
          currency: readCurrency(body.currency),
          read: (currency) => readAnnouncedAmount('amount', body.amount, currency),
        }),
      );
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/payments/prepare/:merchant_uid',
    operationId: 'getPreparedPayment',
    tag: 'payments.validation',
    summary: 'What was announced for an order.',
    params: Type.Object({ merchant_uid: Type.String() }),
    response: PreparedAmountView,
    refusals: ['prepare_not_found'],
    authenticate: true,
    alsoByPost: true,
    async handler({ params, merchant }) {
      return viewPrepared(await findPrepared(services.database, merchant.id, params.merchant_uid));
    },
  });
}

function readCurrency(given: string | undefined): string | null {
  if (!given) return null;
  if (!isKnownCurrency(given)) throw new Refusal('currency_not_supported', { currency: given });
  return given;
}
