import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { readTel, searchPayments } from '../../core/payments/search-payments.ts';
import { paymentStatuses } from '../../core/records/payment.ts';
import type { Services } from '../../core/services.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { knownCurrencies, readAmount } from '../../platform/money/currency.ts';
import { AmountField, ChoiceField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { PaymentSearchView, viewPayment } from '../views/payment.ts';

const defaultPeriodMs = 90 * 24 * 3_600_000;
const time = (description: string) =>
  Type.Optional(
    Type.Integer({ minimum: 0, maximum: 253_402_300_799, description: `Seconds since 1970. ${description}` }),
  );

/** How a person finds a payment who has a customer on the telephone. The real server's API can't; its console can. */
export function paymentSearchRoutes(app: FastifyInstance, services: Services): void {
  const { kysely, clocks } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/search/payments',
    operationId: 'searchPayments',
    tag: 'payments',
    summary: 'Payments by buyer, telephone, amount, order or state, newest first.',
    description:
      'All that is given has to fit. Without `merchant_uid` or `pg_tid` it looks at 90 days unless `from` says more.',
    query: Type.Object({
      status: Type.Optional(ChoiceField(paymentStatuses)),
      merchant_uid: Type.Optional(Type.String({ maxLength: 40 })),
      pg_tid: Type.Optional(Type.String({ maxLength: 80, description: "The gateway's id of the payment." })),
      pg_provider: Type.Optional(Type.String({ maxLength: 40 })),
      buyer: Type.Optional(
        Type.String({ maxLength: 100, description: 'A part of the name or of the e-mail address.' }),
      ),
      buyer_tel: Type.Optional(
        Type.String({ maxLength: 30, description: 'In any way of writing it, or its last digits, four at least.' }),
      ),
      amount: Type.Optional(AmountField({ description: 'Exactly this much was to be paid.' })),
      amount_min: Type.Optional(AmountField()),
      amount_max: Type.Optional(AmountField()),
      from: time('By the time that `status` means, as in /payments/status: begun, paid, cancelled or failed.'),
      to: time('Now by default.'),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100.' })),
      before: Type.Optional(Type.String({ maxLength: 32, description: 'Goes on after this imp_uid.' })),
      with_total: Type.Optional(Type.Boolean({ description: 'Also counts them. Default false.' })),
    }),
    response: PaymentSearchView,
    refusals: ['parameter_invalid', 'amount_invalid'],
    authenticate: true,
    async handler({ query, merchant }) {
      const tel = query.buyer_tel ? readTel(query.buyer_tel) : undefined;
      if (query.buyer_tel && !tel) {
        throw new Refusal('parameter_invalid', { name: 'buyer_tel', expected: '숫자 4자리 이상' });
      }
      const named = Boolean(query.merchant_uid || query.pg_tid);
      const to = query.to === undefined ? clocks.of(merchant.id).now() : new Date(query.to * 1000 + 999);
      const from =
        query.from !== undefined
          ? new Date(query.from * 1000)
          : named
            ? undefined
            : new Date(to.getTime() - defaultPeriodMs);
      if (from && from > to) throw new Refusal('parameter_invalid', { name: 'from, to', expected: 'from ≤ to' });
      const { payments, total } = await searchPayments(
        kysely,
        merchant.id,
        {
          status: query.status,
          merchantUid: query.merchant_uid || undefined,
          pgTid: query.pg_tid || undefined,
          provider: query.pg_provider || undefined,
          buyer: query.buyer || undefined,
          tel,
          amount: amountText('amount', query.amount),
          amountLeast: amountText('amount_min', query.amount_min),
          amountMost: amountText('amount_max', query.amount_max),
          from,
          to: named && query.to === undefined ? undefined : to,
          beforeImpUid: query.before || undefined,
          limit: query.limit ?? 100,
        },
        query.with_total === true,
      );
      return { list: payments.map(viewPayment), total, from: unixSeconds(from ?? null) };
    },
  });
}

/** An amount that is one in some currency. */
function amountText(name: string, value: number | string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  const text = String(value).trim();
  if (knownCurrencies.some((currency) => readAmount(text, currency).ok)) return text;
  throw new Refusal('amount_invalid', { name, problem: '금액이 아닙니다' });
}
