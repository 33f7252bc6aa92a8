import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { chargedPaymentOf } from '../../core/billing/charge-key.ts';
import { checkKey, issueCheckedKey, refuseUncheckable } from '../../core/billing/check-key.ts';
import { liveKey } from '../../core/billing/find-keys.ts';
import { chooseBillingChannel } from '../../core/billing/issue-key.ts';
import { type BillingKeyRow, customerOf } from '../../core/records/billing-key.ts';
import { scheduleStatuses } from '../../core/records/schedule.ts';
import { moveSchedule, reschedule, revokeSchedules } from '../../core/schedules/change-schedules.ts';
import { retrySchedule } from '../../core/schedules/charge-schedule.ts';
import { findSchedule, type SchedulePeriod, schedulesWithin } from '../../core/schedules/find-schedules.ts';
import {
  makeSchedules,
  type NewSchedule,
  refuseTakenSchedules,
  refuseUnpayable,
} from '../../core/schedules/make-schedules.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { isKnownCurrency } from '../../platform/money/currency.ts';
import { readOrderAmounts } from '../../platform/money/order-amounts.ts';
import type { Answer } from '../foundation/answer.ts';
import { AmountField, ChoiceField, IntegerField, JsonTextField, StringListField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { answerOnce, idempotencyHeaders } from '../idempotent.ts';
import { PaymentView, viewPaging, viewPayment } from '../views/payment.ts';
import { paidPaymentExample } from '../views/payment-example.ts';
import { ScheduleListView, SchedulePageView, ScheduleView, viewSchedule } from '../views/schedule.ts';
import { buyerColumns, buyerFields, customDataText } from './buyer-fields.ts';
import { cardFields, readCard } from './card-fields.ts';
import { CheckingAmount, readKeyCheck } from './checking-amount.ts';
import { optionDetails, optionFields } from './order-options.ts';
import { refuseUnsupportedFields, unsupportedFields } from './unsupported-fields.ts';

/** As of `again`. */
const unsupportedOfEach = ['promotion_id', 'bypass', 'cash_receipt_type'] as const;

/** The last second that a `Date` can hold. A time in milliseconds is one of far later, as it is for the real server. */
const latestSecond = 8_640_000_000_000;
const pageLength = 20;
const periodMaxDays = 92;

const SecondsField = (description: string, minimum = 0) =>
  IntegerField({ minimum, maximum: latestSecond, description });
const timeText = 'Seconds since 1970.';

const Entry = Type.Object({
  merchant_uid: Type.String({ maxLength: 40 }),
  schedule_at: SecondsField(`${timeText} One that has passed is run at once.`, 1),
  currency: Type.Optional(Type.String({ maxLength: 3 })),
  amount: AmountField(),
  tax_free: Type.Optional(AmountField()),
  vat_amount: Type.Optional(AmountField()),
  vat: Type.Optional(AmountField({ description: 'Older name of vat_amount.' })),
  ...buyerFields,
  ...optionFields,
  ...unsupportedFields(unsupportedOfEach),
  custom_data: Type.Optional(JsonTextField({ description: customDataText })),
  notice_url: Type.Optional(StringListField()),
});

const OrderParams = Type.Object({ merchant_uid: Type.String() });
const NewTime = Type.Object({ schedule_at: SecondsField(timeText, 1) });
const Page = Type.Optional(Type.Integer({ minimum: 1, description: 'From 1.' }));
const Status = Type.Optional(ChoiceField(scheduleStatuses));

const scheduleExample = {
  amount: 9900,
  buyer_addr: null,
  buyer_email: null,
  buyer_name: '홍길동',
  buyer_postcode: null,
  buyer_tel: null,
  currency: 'KRW',
  custom_data: null,
  customer_id: 'd9b2d63d-a233-4123-847a-1c838ab22fd9',
  customer_uid: 'customer-1-card-a',
  executed_at: 0,
  fail_reason: null,
  imp_uid: null,
  merchant_uid: 'subscription-2026-02',
  name: '2월 구독',
  payment_status: null,
  pg_id: null,
  pg_provider: null,
  promotion_id: null,
  revoked_at: 0,
  schedule_at: 1769904000,
  schedule_status: 'scheduled',
} as const;

function readEntry(entry: Static<typeof Entry>): NewSchedule {
  refuseUnsupportedFields(unsupportedOfEach, entry);
  const currency = entry.currency || 'KRW';
  if (!isKnownCurrency(currency)) throw new Refusal('currency_not_supported', { currency });
  const vat = entry.vat_amount ?? entry.vat;
  return {
    merchant_uid: entry.merchant_uid,
    schedule_at: new Date(entry.schedule_at * 1000),
    currency,
    ...readOrderAmounts({ amount: entry.amount, taxFree: entry.tax_free, vat }, currency),
    card_quota: entry.card_quota ?? 0,
    custom_data: entry.custom_data ?? null,
    notice_urls: entry.notice_url ?? [],
    ...buyerColumns(entry),
    details: optionDetails(entry),
  };
}

/** Payments at a time. `docs/schedules.md` tells of their life, and of what was decided where the facts are silent. */
export function scheduleRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  async function answerWithin(merchantId: bigint, period: SchedulePeriod): Promise<Answer<typeof SchedulePageView>> {
    const { total, schedules } = await schedulesWithin(database, merchantId, period);
    return { ...viewPaging(total, period.page, period.limit), list: schedules.map(viewSchedule) };
  }

  defineRoute(app, {
    method: 'POST',
    url: '/subscribe/payments/schedule',
    operationId: 'schedule',
    tag: 'subscribe',
    summary: 'Schedules payments by a registered card.',
    description:
      'All of them are stored or none. An order (merchant_uid) is scheduled once, for good: one that was revoked or has failed gets a new time by …/reschedule. Where no card is registered under the customer_uid, the one that is given is registered first; where one is, the card that is given is not looked at. Of a buyer, what is missing is the registered customer’s. browser_ip, product_count and extra[naverUseCfm] of an entry are not looked at.',
    body: Type.Object({
      customer_uid: Type.String({ maxLength: 80 }),
      schedules: Type.Array(Entry, { description: 'In a form: `schedules[0][merchant_uid]=…`.' }),
      card_number: Type.Optional(cardFields.card_number),
      expiry: Type.Optional(cardFields.expiry),
      birth: cardFields.birth,
      pwd_2digit: cardFields.pwd_2digit,
      cvc: cardFields.cvc,
      pg: Type.Optional(Type.String({ maxLength: 80, description: 'Of a card that is to be registered.' })),
      channel_key: Type.Optional(
        Type.String({ maxLength: 80, description: 'Refused unless it is the channel that the key was issued by.' }),
      ),
      customer_id: Type.Optional(Type.String({ maxLength: 300, description: 'Of a card that is to be registered.' })),
      checking_amount: CheckingAmount,
    }),
    response: ScheduleListView,
    refusals: [
      'customer_not_registered',
      'schedule_order_taken',
      'billing_key_channel_mismatch',
      'parameter_not_supported',
      'not_supported_by_gateway',
      'currency_not_supported',
      'amount_invalid',
      'tax_free_exceeds_amount',
      'channel_not_found',
      'billing_channel_not_found',
      'card_number_invalid',
      'billing_key_issue_refused',
      'billing_key_check_refused',
      'cancellation_busy',
      'cancellation_blocked_by_doubt',
      'outcome_in_doubt',
      'gateway_unreachable',
    ],
    authenticate: true,
    example: {
      body: {
        customer_uid: 'customer-1-card-a',
        schedules: [
          {
            merchant_uid: 'subscription-2026-02',
            schedule_at: 1769904000,
            currency: 'KRW',
            amount: 9900,
            name: '2월 구독',
          },
        ],
      },
      response: [scheduleExample],
    },
    async handler({ body, merchant }) {
      const entries = body.schedules.map(readEntry);
      const known = await liveKey(database, merchant.id, body.customer_uid);
      const channel = known
        ? await services.channels.byId(known.channel_id)
        : body.card_number === undefined
          ? undefined
          : await chooseBillingChannel(services.channels, merchant.id, { channelKey: body.channel_key, pg: body.pg });
      if (!channel) throw new Refusal('customer_not_registered');
      if (body.channel_key && body.channel_key !== channel.channelKey) {
        throw new Refusal('billing_key_channel_mismatch', { channel: body.channel_key });
      }
      const check = readKeyCheck(body.checking_amount, entries[0]?.currency ?? 'KRW');
      if (check) refuseUncheckable(channel, known?.pay_method ?? 'card', check);
      for (const entry of entries) refuseUnpayable(channel, known?.pay_method ?? 'card', entry);
      // Before a card is registered for nothing.
      const orders = entries.map(({ merchant_uid: order }) => order);
      await refuseTakenSchedules(database, merchant.id, orders);
      const caller = { merchantId: merchant.id, idempotencyId: null, deadline: services.requestDeadline() };
      if (known && check) await checkKey(services, caller, known, check);
      const made = await makeSchedules(services, known ?? (await register()), entries);
      services.schedules.round.wake();
      return made.map(viewSchedule);

      async function register(): Promise<BillingKeyRow> {
        const { card_number: number, expiry } = body;
        if (!channel || number === undefined) throw new Refusal('customer_not_registered');
        if (expiry === undefined) throw new Refusal('parameter_missing', { name: 'expiry' });
        const card = readCard({ ...body, card_number: number, expiry });
        const [first] = entries;
        const issue = {
          customerUid: body.customer_uid,
          customerId: body.customer_id,
          channel,
          card,
          customer: customerOf(first ?? {}),
        };
        return issueCheckedKey(services, caller, issue, check);
      }
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/subscribe/payments/unschedule',
    operationId: 'unschedule',
    tag: 'subscribe',
    summary: 'Revokes schedules that have not been run yet.',
    description:
      'With a customer_uid only, all of its; with merchant_uid those; with both, those of that customer. What has been run, is running or is revoked already is left out: the answer has those that this call has revoked, in the order in which they were asked for. None is HTTP 200 with code 1.',
    body: Type.Object({
      customer_uid: Type.Optional(Type.String({ maxLength: 80 })),
      merchant_uid: Type.Optional(StringListField({ description: 'One, or a list of them.' })),
    }),
    response: ScheduleListView,
    refusals: ['schedule_nothing_to_revoke', 'parameter_missing'],
    authenticate: true,
    permission: 'refund',
    example: {
      body: { merchant_uid: ['subscription-2026-02'] },
      response: [{ ...scheduleExample, revoked_at: 1769900000, schedule_status: 'revoked' }],
    },
    async handler({ body, merchant }) {
      const customerUid = body.customer_uid || undefined;
      const merchantUids = body.merchant_uid?.length ? body.merchant_uid : undefined;
      if (!customerUid && !merchantUids) throw new Refusal('parameter_missing', { name: 'merchant_uid' });
      return (await revokeSchedules(services, merchant.id, { customerUid, merchantUids })).map(viewSchedule);
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/subscribe/payments/schedule',
    operationId: 'findSchedulesByRange',
    tag: 'subscribe',
    summary: 'The schedules of a time of at most three months, a page of them.',
    query: Type.Object({
      schedule_from: SecondsField(timeText),
      schedule_to: SecondsField(`${timeText} Not among them.`),
      schedule_status: Status,
      page: Page,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 20.' })),
      sorting: Type.Optional(
        ChoiceField(['scheduled', '-scheduled'], { description: '`scheduled`: the oldest first. Default -scheduled.' }),
      ),
    }),
    response: SchedulePageView,
    refusals: ['schedule_period_too_long'],
    authenticate: true,
    async handler({ query, merchant }) {
      const seconds = query.schedule_to - query.schedule_from;
      if (seconds < 0 || seconds > periodMaxDays * 86_400) throw new Refusal('schedule_period_too_long');
      return answerWithin(merchant.id, {
        from: new Date(query.schedule_from * 1000),
        to: new Date(query.schedule_to * 1000),
        customerUid: undefined,
        status: query.schedule_status,
        page: query.page ?? 1,
        limit: query.limit ?? pageLength,
        oldestFirst: query.sorting === 'scheduled',
      });
    },
  });

  for (const [url, tag] of [
    ['/subscribe/payments/schedule/customers/:customer_uid', 'subscribe'],
    ['/subscribe/customers/:customer_uid/schedules', 'subscribe.customer'],
  ] as const) {
    defineRoute(app, {
      method: 'GET',
      url,
      // The contract has one name for both.
      operationId: tag === 'subscribe' ? 'findSchedulesByCustomer' : 'findSchedulesByCustomer_customers',
      tag,
      summary: 'The schedules of a customer_uid, newest first, twenty to a page.',
      description:
        'Empty for one that nothing is known of. An older client’s names of the parameters are taken as well.',
      params: Type.Object({ customer_uid: Type.String({ maxLength: 80 }) }),
      query: Type.Object({
        from: Type.Optional(SecondsField(`${timeText} Required.`)),
        to: Type.Optional(SecondsField(`${timeText} Required; not among them.`)),
        'schedule-status': Status,
        page: Page,
        schedule_from: Type.Optional(SecondsField('What an older client calls from.')),
        schedule_to: Type.Optional(SecondsField('What an older client calls to.')),
        schedule_status: Type.Optional(
          ChoiceField(scheduleStatuses, { description: 'What an older client calls schedule-status.' }),
        ),
      }),
      response: SchedulePageView,
      refusals: ['parameter_missing'],
      authenticate: true,
      async handler({ params, query, merchant }) {
        const from = query.from ?? query.schedule_from;
        const to = query.to ?? query.schedule_to;
        if (from === undefined) throw new Refusal('parameter_missing', { name: 'from' });
        if (to === undefined) throw new Refusal('parameter_missing', { name: 'to' });
        return answerWithin(merchant.id, {
          from: new Date(from * 1000),
          to: new Date(to * 1000),
          customerUid: params.customer_uid,
          status: query['schedule-status'] ?? query.schedule_status,
          page: query.page ?? 1,
          limit: pageLength,
          oldestFirst: false,
        });
      },
    });
  }

  defineRoute(app, {
    method: 'GET',
    url: '/subscribe/payments/schedule/:merchant_uid',
    operationId: 'getScheduleByMid',
    tag: 'subscribe',
    summary: 'One schedule.',
    params: OrderParams,
    response: ScheduleView,
    refusals: ['schedule_not_found'],
    authenticate: true,
    async handler({ params, merchant }) {
      return viewSchedule(await findSchedule(database, merchant.id, params.merchant_uid));
    },
  });

  defineRoute(app, {
    method: 'PUT',
    url: '/subscribe/payments/schedule/:merchant_uid',
    operationId: 'updateScheduleByMid',
    tag: 'subscribe',
    summary: 'Another time for a schedule that has not been run yet.',
    params: OrderParams,
    body: NewTime,
    response: ScheduleView,
    refusals: ['schedule_not_found', 'schedule_running', 'schedule_executed', 'schedule_revoked', 'schedule_time_past'],
    neverAnswers: { 500: 'a refusal has a status of its own' },
    authenticate: true,
    example: { body: { schedule_at: 1769990400 }, response: { ...scheduleExample, schedule_at: 1769990400 } },
    async handler({ params, body, merchant }) {
      const at = new Date(body.schedule_at * 1000);
      return viewSchedule(await moveSchedule(services, merchant.id, params.merchant_uid, at));
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/subscribe/payments/schedule/:merchant_uid/reschedule',
    operationId: 'rescheduleByMid',
    tag: 'subscribe',
    summary: 'A new time for a schedule that has failed or was revoked.',
    description: 'The failed payment stays as it is; the schedule does not show it any more.',
    params: OrderParams,
    body: NewTime,
    response: ScheduleView,
    refusals: ['schedule_not_found', 'schedule_running', 'schedule_not_run', 'schedule_paid', 'schedule_time_past'],
    neverAnswers: { 500: 'a refusal has a status of its own' },
    authenticate: true,
    example: { body: { schedule_at: 1769990400 }, response: { ...scheduleExample, schedule_at: 1769990400 } },
    async handler({ params, body, merchant }) {
      const at = new Date(body.schedule_at * 1000);
      return viewSchedule(await reschedule(services, merchant.id, params.merchant_uid, at));
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/subscribe/payments/schedule/:merchant_uid/retry',
    operationId: 'retryScheduleByMid',
    tag: 'subscribe',
    summary: 'Pays a schedule that has failed or was revoked, now.',
    description:
      'A new payment under the same merchant_uid, which the schedule shows from then on; the failed one stays. A card that is declined makes a payment of the status `failed`, which is code 0. A lost answer is a doubt: nothing is charged again until it has ended.',
    params: OrderParams,
    headers: idempotencyHeaders,
    response: PaymentView,
    refusals: [
      'schedule_not_found',
      'billing_keys_not_found',
      'schedule_not_run',
      'schedule_running',
      'schedule_paid',
      'not_supported_by_gateway',
      'currency_not_supported',
      'outcome_in_doubt',
      'gateway_unreachable',
      'idempotency_key_invalid',
      'idempotency_key_reused',
      'idempotent_request_running',
    ],
    neverAnswers: { 500: 'a gateway that can not charge keys is told by its capability (HTTP 200, code -1)' },
    authenticate: true,
    example: {
      response: { ...paidPaymentExample, customer_uid: 'customer-1-card-a', customer_uid_usage: 'payment.scheduled' },
    },
    async handler({ params: { merchant_uid: merchantUid }, merchant, request }) {
      return answerOnce(services, {
        request,
        merchant,
        path: `/subscribe/payments/schedule/${merchantUid}/retry`,
        parameters: {},
        begin: (caller) => retrySchedule(services, caller, merchantUid),
        answer: (report) => viewPayment(chargedPaymentOf(report)),
      });
    },
  });
}
