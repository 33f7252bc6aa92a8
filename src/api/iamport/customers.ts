import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { issueCheckedKey } from '../../core/billing/check-key.ts';
import { findKey, liveKey, liveKeys } from '../../core/billing/find-keys.ts';
import { issueKeyInGroup } from '../../core/billing/issue-in-group.ts';
import { chooseBillingChannel } from '../../core/billing/issue-key.ts';
import { forgetKey, isForgottenOnly, revokedKeyOf, revokeKey } from '../../core/billing/revoke-key.ts';
import { paymentsOfCustomer } from '../../core/payments/find-payments.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { compileFields } from '../foundation/field-decoder.ts';
import { ChoiceField, StringListField, TelephoneField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { answerOnce, idempotencyHeaders } from '../idempotent.ts';
import { CustomerListView, CustomerView, viewCustomer } from '../views/customer.ts';
import { PaymentPageView } from '../views/payment.ts';
import { SuperKeyView, viewSuperKey } from '../views/super-key.ts';
import { cardFields, readCard } from './card-fields.ts';
import { CheckingAmount, readKeyCheck } from './checking-amount.ts';
import { answerPage } from './payment-lists.ts';

const CustomerUid = Type.Object({ customer_uid: Type.String({ maxLength: 80 }) });

const DeletionFields = Type.Object({
  reason: Type.Optional(Type.String({ maxLength: 256 })),
  extra: Type.Optional(
    Type.Object({ requester: Type.Optional(ChoiceField(['customer', 'admin'], { description: 'Who asks for it.' })) }),
  ),
});
const readOlderBody = compileFields(DeletionFields);

const unknownIs200 = 'an unknown customer_uid is 200 with code 1, as the test suites of four clients have it';

const idsMax = 100;
const pageLength = 20;

const customerExample = {
  card_code: '361',
  card_issuer_code: '361',
  card_issuer_name: 'BC카드',
  card_name: 'BC카드',
  card_number: '557042******7221',
  card_publisher_code: '361',
  card_publisher_name: 'BC카드',
  card_type: 0,
  customer_addr: null,
  customer_email: null,
  customer_id: 'd9b2d63d-a233-4123-847a-1c838ab22fd9',
  customer_name: '홍길동',
  customer_postcode: null,
  customer_tel: null,
  customer_uid: 'customer-1-card-a',
  inserted: 1763683200,
  pg_id: 'hwanbul_sandbox',
  pg_provider: 'tosspayments',
  sandbox: true,
  updated: 1763683200,
};

/** Billing keys. `docs/billing.md` tells of their life, and of what was decided where the facts about the real server part. */
export function customerRoutes(app: FastifyInstance, services: Services): void {
  const { database, kysely } = services;

  defineRoute(app, {
    method: 'POST',
    url: '/subscribe/customers/:customer_uid',
    operationId: 'customer_save',
    tag: 'subscribe.customer',
    summary: 'Registers a card for later payments.',
    description:
      'A customer_uid names one card of one customer: the same one again replaces the key by the newest card’s. The card number goes to the gateway and is not kept; nothing is charged. With channel_group_id it is registered at one channel of the group, and the answer has another shape (channelGroupId, succeededChannels, failedChannels). A lost answer of the gateway is answered as a failure: the card can be registered again.',
    params: CustomerUid,
    body: Type.Object({
      ...cardFields,
      pg: Type.Optional(
        Type.String({
          maxLength: 80,
          description: '`nice`, or `nice.MID`. Default: the default channel, or the first that registers cards.',
        }),
      ),
      channel_key: Type.Optional(Type.String({ maxLength: 80, description: 'Wins over pg.' })),
      customer_id: Type.Optional(
        Type.String({ maxLength: 300, description: 'For tosspayments. A fresh one by default.' }),
      ),
      customer_name: Type.Optional(Type.String({ maxLength: 20 })),
      customer_tel: Type.Optional(TelephoneField({ maxLength: 20 })),
      customer_email: Type.Optional(Type.String({ maxLength: 200 })),
      customer_addr: Type.Optional(Type.String({ maxLength: 200 })),
      customer_postcode: Type.Optional(Type.String({ maxLength: 8 })),
      checking_amount: CheckingAmount,
      channel_group_id: Type.Optional(
        Type.String({
          maxLength: 55,
          description: 'A group of channels, one of which registers the card. Wins over channel_key and pg.',
        }),
      ),
      channelGroupId: Type.Optional(
        Type.String({ maxLength: 55, description: 'channel_group_id, as onetime spells it.' }),
      ),
    }),
    response: Type.Union([CustomerView, SuperKeyView]),
    refusals: [
      'channel_not_found',
      'billing_channel_not_found',
      'not_supported_by_gateway',
      'card_number_invalid',
      'billing_key_issue_refused',
      'billing_key_check_refused',
      'amount_invalid',
      'currency_not_supported',
      'cancellation_busy',
      'cancellation_blocked_by_doubt',
      'outcome_in_doubt',
      'gateway_unreachable',
    ],
    authenticate: true,
    example: {
      body: {
        pg: 'tosspayments',
        card_number: '5570-4200-0000-7221',
        expiry: '2030-12',
        birth: '900101',
        pwd_2digit: '12',
        customer_name: '홍길동',
      },
      response: customerExample,
    },
    async handler({ params, body, merchant }) {
      const card = readCard(body);
      const groupId = body.channel_group_id || body.channelGroupId;
      const caller = { merchantId: merchant.id, idempotencyId: null, deadline: services.requestDeadline() };
      const check = readKeyCheck(body.checking_amount, 'KRW');
      const issue = {
        customerUid: params.customer_uid,
        customerId: body.customer_id,
        card,
        customer: {
          customer_name: body.customer_name ?? null,
          customer_tel: body.customer_tel ?? null,
          customer_email: body.customer_email ?? null,
          customer_addr: body.customer_addr ?? null,
          customer_postcode: body.customer_postcode ?? null,
        },
      };
      if (groupId) {
        const group = await services.channelGroups.find(merchant.id, groupId);
        const { key, failed } = await issueKeyInGroup(services, caller, group, issue, check);
        return viewSuperKey(groupId, key, failed);
      }
      const channel = await chooseBillingChannel(services.channels, merchant.id, {
        channelKey: body.channel_key,
        pg: body.pg,
      });
      return viewCustomer(await issueCheckedKey(services, caller, { ...issue, channel }, check));
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/subscribe/customers/:customer_uid',
    operationId: 'customer_view',
    tag: 'subscribe.customer',
    summary: 'A registered card. One that is not there is HTTP 200 with code 1.',
    params: CustomerUid,
    response: CustomerView,
    refusals: ['billing_key_not_found'],
    neverAnswers: { 404: unknownIs200 },
    authenticate: true,
    async handler({ params, merchant }) {
      return viewCustomer(await findKey(database, merchant.id, params.customer_uid));
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/subscribe/customers',
    operationId: 'customer_view_multiple',
    tag: 'subscribe.customer',
    summary: 'Several registered cards, in the order in which they are asked for; 207 if some are missing.',
    query: Type.Object({
      customer_uid: Type.Optional(
        StringListField({ description: 'Up to 100, as `customer_uid[]=…&customer_uid[]=…`.' }),
      ),
    }),
    response: CustomerListView,
    otherStatuses: [207],
    refusals: ['billing_keys_not_found', 'parameter_missing', 'too_many_ids'],
    authenticate: true,
    alsoByPost: true,
    async handler({ query, merchant }) {
      const asked = [...new Set(query.customer_uid ?? [])];
      if (asked.length === 0) throw new Refusal('parameter_missing', { name: 'customer_uid[]' });
      if (asked.length > idsMax) throw new Refusal('too_many_ids');
      const byUid = new Map((await liveKeys(database, merchant.id, asked)).map((row) => [row.customer_uid, row]));
      if (byUid.size === 0) throw new Refusal('billing_keys_not_found');
      const found = asked.flatMap((uid) => byUid.get(uid) ?? []);
      return { status: found.length === asked.length ? 200 : 207, response: found.map(viewCustomer) };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/subscribe/customers/:customer_uid/payments',
    operationId: 'customer_payments',
    tag: 'subscribe.customer',
    summary: 'The payments that were made with a customer_uid, newest first, twenty to a page.',
    description: 'Empty for one that nothing is known of. Payments stay in it when the key is deleted.',
    params: CustomerUid,
    query: Type.Object({ page: Type.Optional(Type.Integer({ minimum: 1, description: 'From 1.' })) }),
    response: PaymentPageView,
    refusals: [],
    neverAnswers: { 404: 'an unknown customer_uid has an empty list, as a client’s test suite has it' },
    authenticate: true,
    alsoByPost: true,
    async handler({ params, query, merchant }) {
      const choice = { page: query.page ?? 1, limit: pageLength, sorting: '-started' } as const;
      const found = await paymentsOfCustomer(kysely, merchant.id, params.customer_uid, choice);
      return answerPage(services, merchant.id, found, choice);
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/subscribe/customers/:customer_uid',
    operationId: 'customer_delete',
    tag: 'subscribe.customer',
    summary: 'Deletes a registered card, at its gateway as well where that has a way to.',
    description:
      'Irrevocable. Payments that were made with it stay as they are, and can be cancelled. Where the gateway refuses, the key stays. Where it has no way to delete keys (GET /capabilities), the key is forgotten here only. Older clients send the two parameters in a body, which is read as well.',
    params: CustomerUid,
    headers: idempotencyHeaders,
    query: DeletionFields,
    response: CustomerView,
    refusals: [
      'billing_key_not_found',
      'billing_key_revocation_refused',
      'cancellation_busy',
      'cancellation_blocked_by_doubt',
      'outcome_in_doubt',
      'gateway_unreachable',
      'idempotency_key_invalid',
      'idempotency_key_reused',
      'idempotent_request_running',
    ],
    neverAnswers: { 404: unknownIs200 },
    authenticate: true,
    permission: 'settings',
    async handler({ params: { customer_uid: customerUid }, query, merchant, request }) {
      const body = readOlderBody((request.body ?? {}) as Readonly<Record<string, unknown>>) as Static<
        typeof DeletionFields
      >;
      const reason = query.reason ?? body.reason ?? '';
      const requester = query.extra?.requester ?? body.extra?.requester;
      const row = await liveKey(database, merchant.id, customerUid);
      if (row && (await isForgottenOnly(services, row))) {
        if (!(await forgetKey(services, row))) throw new Refusal('cancellation_busy');
        return viewCustomer(row);
      }
      return answerOnce(services, {
        request,
        merchant,
        path: `/subscribe/customers/${customerUid}`,
        parameters: { reason, requester },
        begin: (caller) => revokeKey(services, caller, { customerUid, reason, requester }),
        answer: (report) => viewCustomer(revokedKeyOf(report)),
      });
    },
  });
}
