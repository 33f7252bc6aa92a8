import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import {
  type AuditEntry,
  type CancellationRecord,
  listCancellations,
  readCancellation,
} from '../../core/cancellation/records.ts';
import { resolveDoubt } from '../../core/doubts/resolve-doubt.ts';
import { operationStates } from '../../core/records/operation-states.ts';
import type { Services } from '../../core/services.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';

const text = Type.Union([Type.String(), Type.Null()]);
const unixTime = Type.Integer({ description: 'Seconds since 1970; 0 when it has not happened.' });
const State = ChoiceField(operationStates);

const summaryFields = {
  cancellation_id: Type.String(),
  kind: Type.String({ description: '`cancel`, `revoke_vbank`, `revoke_barcode` or `revoke_receipt`.' }),
  state: State,
  imp_uid: Type.String(),
  merchant_uid: Type.String(),
  pg_provider: Type.String(),
  currency: Type.String(),
  amount: Type.Number(),
  tax_free: Type.Number(),
  vat_amount: Type.Number(),
  reason: Type.String(),
  refund_bank: text,
  refund_account: Type.Union([Type.String(), Type.Null()], { description: 'All but its last four digits are hidden.' }),
  pg_tid: text,
  gateway_code: text,
  gateway_message: text,
  gateway_category: Type.Union([Type.String(), Type.Null()], {
    description: 'Why the gateway refused: one of the words in docs/errors.md, the same for every gateway.',
  }),
  requested_at: unixTime,
  sent_at: unixTime,
  ended_at: unixTime,
  inquiries: Type.Integer({ description: 'How often recovery has asked the gateway.' }),
  next_inquiry_at: unixTime,
};
const CancellationView = Type.Object({
  ...summaryFields,
  history: Type.Array(
    Type.Object({ from: Type.String(), to: Type.String(), at: unixTime, by: Type.String(), why: Type.String() }),
    { description: 'Every change of state, oldest first.' },
  ),
});

function viewSummary(record: CancellationRecord) {
  const { currency } = record;
  const open = record.ended_at === null;
  return {
    cancellation_id: record.id,
    kind: record.kind,
    state: record.state,
    imp_uid: record.imp_uid,
    merchant_uid: record.merchant_uid,
    pg_provider: record.provider,
    currency,
    amount: amountNumber(record.amount_minor, currency),
    tax_free: amountNumber(record.tax_free_minor, currency),
    vat_amount: amountNumber(record.vat_minor, currency),
    reason: record.reason,
    refund_bank: record.details.refund_bank ?? null,
    refund_account: record.details.refund_account_masked ?? null,
    pg_tid: record.gateway_tid,
    gateway_code: record.gateway_code,
    gateway_message: record.gateway_message,
    gateway_category: record.gateway_category,
    requested_at: unixSeconds(record.requested_at),
    sent_at: unixSeconds(record.sent_at),
    ended_at: unixSeconds(record.ended_at),
    inquiries: record.inquiries,
    next_inquiry_at: open ? unixSeconds(record.next_inquiry_at) : 0,
  };
}

function viewCancellation({ record, audit }: { record: CancellationRecord; audit: readonly AuditEntry[] }) {
  return {
    ...viewSummary(record),
    history: audit.map((entry) => ({
      from: entry.from_state,
      to: entry.to_state,
      at: unixSeconds(entry.at),
      by: entry.by,
      why: entry.why,
    })),
  };
}

/** Hwanbul's own operations, for those who look after doubts; the real server has nothing like them. */
export function cancellationRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/cancellations',
    operationId: 'listCancellations',
    tag: 'cancellations',
    summary: 'Cancellations of all four kinds, newest first.',
    query: Type.Object({
      state: Type.Optional(State),
      imp_uid: Type.Optional(Type.String({ maxLength: 32, description: 'Those of one payment.' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100.' })),
      before: Type.Optional(Type.String({ description: 'Goes on after this cancellation_id.' })),
    }),
    response: Type.Object({ list: Type.Array(Type.Object(summaryFields)) }),
    refusals: [],
    authenticate: true,
    async handler({ query, merchant }) {
      const list = await listCancellations(database, merchant.id, {
        state: query.state,
        impUid: query.imp_uid,
        beforeId: query.before,
        limit: query.limit ?? 100,
      });
      return { list: list.map(viewSummary) };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/cancellations/:id',
    operationId: 'getCancellation',
    tag: 'cancellations',
    summary: 'One cancellation with its history.',
    params: Type.Object({ id: Type.String() }),
    response: CancellationView,
    refusals: ['cancellation_not_found'],
    authenticate: true,
    handler: async ({ params, merchant }) => viewCancellation(await readCancellation(database, merchant.id, params.id)),
  });

  defineRoute(app, {
    method: 'POST',
    url: '/cancellations/:id/resolve',
    operationId: 'resolveCancellation',
    tag: 'cancellations',
    summary: 'A person ends a doubt after having looked into the books of the gateway. No gateway is called.',
    params: Type.Object({ id: Type.String() }),
    body: Type.Object({
      outcome: ChoiceField(['confirmed', 'refused']),
      reason: Type.String({ maxLength: 256, description: 'How you know.' }),
      actor: Type.String({ maxLength: 80, description: 'Who decides it.' }),
      pg_tid: Type.Optional(Type.String({ maxLength: 80, description: 'The id of the cancellation at the gateway.' })),
    }),
    response: CancellationView,
    refusals: ['cancellation_not_found', 'cancellation_not_open'],
    authenticate: true,
    async handler({ params, body, merchant }) {
      await readCancellation(database, merchant.id, params.id);
      const isResolved = await resolveDoubt(services, params.id, {
        outcome: body.outcome,
        reason: body.reason,
        actor: body.actor,
        found: { gatewayTid: body.pg_tid },
      });
      const current = await readCancellation(database, merchant.id, params.id);
      if (!isResolved) throw new Refusal('cancellation_not_open', { state: current.record.state });
      return viewCancellation(current);
    },
  });
}
