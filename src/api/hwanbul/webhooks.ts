import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { lookedAtMax } from '../../core/records/bounded-look.ts';
import type { Services } from '../../core/services.ts';
import { deliveryStates, webhookEvents } from '../../core/webhooks/delivery.ts';
import { testCall } from '../../core/webhooks/direct-calls.ts';
import {
  countDeliveries,
  listDeliveries,
  readDelivery,
  resendDeliveries,
  resentAtOnceMax,
} from '../../core/webhooks/records.ts';
import { isWebhookUrl } from '../../core/webhooks/send.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ChoiceField, StringListField, TextField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { ResentView, viewWebhook, viewWebhookSummary, WebhookListView, WebhookView } from '../views/webhook.ts';
import { readNumber } from './read-number.ts';

const State = ChoiceField(deliveryStates);
const Event = ChoiceField(webhookEvents);
const Seconds = (description: string) => Type.Integer({ minimum: 0, maximum: 253_402_300_799, description });
const dateOf = (seconds: number | undefined): Date | undefined =>
  seconds === undefined ? undefined : new Date(seconds * 1000);

const readId = (id: string): bigint => readNumber(id, 'webhook_not_found');

/** Hwanbul's own operations; on the real server all this is in its console. */
export function webhookRoutes(app: FastifyInstance, services: Services): void {
  const { database, webhooks } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/webhooks',
    operationId: 'listWebhooks',
    tag: 'webhooks',
    summary: 'Webhooks with what has become of them, newest first.',
    query: Type.Object({
      imp_uid: Type.Optional(Type.String()),
      state: Type.Optional(State),
      event: Type.Optional(Event),
      from: Type.Optional(Seconds('Seconds since 1970: no older events.')),
      to: Type.Optional(Seconds('Seconds since 1970: no events after this second.')),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100.' })),
      before: Type.Optional(
        Type.String({ description: 'Goes on after this webhook_id: `next` of the page before, with the same filter.' }),
      ),
      bounded: Type.Optional(
        Type.Boolean({
          description: `Looks at ${lookedAtMax.toLocaleString('en')} of the merchant's webhooks at most, so that a page comes at once whatever the filter; it may then be short, or empty, with \`looked_until\` and \`next\`. Default false: looks until the page is full.`,
        }),
      ),
      with_total: Type.Optional(Type.Boolean({ description: 'Also counts them. Default false.' })),
    }),
    response: WebhookListView,
    refusals: ['webhook_not_found'],
    authenticate: true,
    async handler({ query, merchant }) {
      const filter = {
        impUid: query.imp_uid || undefined,
        state: query.state,
        event: query.event,
        since: dateOf(query.from),
        before: dateOf(query.to === undefined ? undefined : query.to + 1),
      };
      const { records, next, lookedUntil } = await listDeliveries(database, merchant.id, filter, {
        beforeId: query.before ? readId(query.before) : undefined,
        limit: query.limit ?? 100,
        isBounded: query.bounded === true,
      });
      const total = query.with_total ? await countDeliveries(database, merchant.id, filter) : null;
      return {
        list: records.map(viewWebhookSummary),
        total,
        next: next === undefined ? null : String(next),
        looked_until: unixSeconds(lookedUntil),
      };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/webhooks/:id',
    operationId: 'getWebhook',
    tag: 'webhooks',
    summary: 'One webhook with every attempt.',
    params: Type.Object({ id: Type.String() }),
    response: WebhookView,
    refusals: ['webhook_not_found'],
    authenticate: true,
    handler: async ({ params, merchant }) => viewWebhook(await readDelivery(database, merchant.id, readId(params.id))),
  });

  defineRoute(app, {
    method: 'POST',
    url: '/webhooks/:id/resend',
    operationId: 'resendWebhook',
    tag: 'webhooks',
    summary: 'Sends a webhook once more, to the URL that it was for.',
    description:
      'The answer does not wait for the receiver: look the webhook up again. One that is under way is left alone.',
    params: Type.Object({ id: Type.String() }),
    response: WebhookView,
    refusals: ['webhook_not_found'],
    authenticate: true,
    permission: 'webhooks',
    async handler({ params, merchant }) {
      const id = readId(params.id);
      await resendDeliveries(database, merchant.id, { ids: [id] });
      webhooks.wake();
      return viewWebhook(await readDelivery(database, merchant.id, id));
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/webhooks/resend',
    operationId: 'resendWebhooks',
    tag: 'webhooks',
    summary: 'Sends many webhooks once more: those that fit everything that is given, oldest first.',
    description: `At most ${resentAtOnceMax} by one call. At least one of these filters is wanted. One webhook_id that is not known, and nothing is sent.`,
    body: Type.Object({
      webhook_id: Type.Optional(StringListField({ description: `Up to ${resentAtOnceMax}.` })),
      imp_uid: Type.Optional(Type.String({ maxLength: 32 })),
      state: Type.Optional(State),
      event: Type.Optional(Event),
      since: Type.Optional(Seconds('Seconds since 1970: no older events.')),
      until: Type.Optional(Seconds('Seconds since 1970: no events after this second.')),
      after: Type.Optional(Type.String({ description: '`next` of the call before.' })),
    }),
    response: ResentView,
    refusals: ['parameter_missing', 'webhook_not_found'],
    authenticate: true,
    permission: 'webhooks',
    example: { body: { state: 'failed' } },
    async handler({ body, merchant }) {
      const { webhook_id, imp_uid, state, event, since, until } = body;
      const isNarrowed = webhook_id || imp_uid || state || event || since !== undefined || until !== undefined;
      if (!isNarrowed) {
        throw new Refusal('parameter_missing', { name: 'webhook_id' });
      }
      if ((body.webhook_id?.length ?? 0) > resentAtOnceMax) {
        throw new Refusal('parameter_invalid', { name: 'webhook_id', expected: `최대 ${resentAtOnceMax}건` });
      }
      const resent = await resendDeliveries(database, merchant.id, {
        ids: body.webhook_id?.map(readId),
        impUid: body.imp_uid || undefined,
        state: body.state,
        event: body.event,
        since: dateOf(body.since),
        before: dateOf(body.until === undefined ? undefined : body.until + 1),
        afterId: body.after ? readId(body.after) : undefined,
      });
      webhooks.wake();
      return {
        count: resent.ids.length,
        webhook_ids: resent.ids.map(String),
        left_alone: resent.leftAlone.map(({ id, why }) => ({ webhook_id: String(id), why })),
        next: resent.isFull ? String(resent.ids.at(-1)) : null,
      };
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/webhooks/test',
    operationId: 'testWebhook',
    tag: 'webhooks',
    summary: 'Calls the webhook_url of the merchant once with made-up ids, and answers what came of it.',
    body: Type.Object({
      url: Type.Optional(
        TextField({ maxLength: 2_000, description: 'Another one, before it is set. The same addresses are refused.' }),
      ),
    }),
    response: WebhookView,
    refusals: ['webhook_url_missing'],
    authenticate: true,
    permission: 'webhooks',
    example: { body: { url: 'http://127.0.0.1:9000/webhook' } },
    async handler({ body, merchant }) {
      const url = body.url?.trim() || undefined;
      if (url !== undefined && !isWebhookUrl(url)) {
        throw new Refusal('parameter_invalid', { name: 'url', expected: 'http(s) URL' });
      }
      const id = await testCall(services, merchant.id, { allMs: services.settings.webhookRepeatLimitMs }, url);
      return viewWebhook(await readDelivery(database, merchant.id, id));
    },
  });
}
