import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { listKeys } from '../../core/billing/list-keys.ts';
import { listCertifications } from '../../core/certifications/list-certifications.ts';
import { listReceipts } from '../../core/receipts/list-receipts.ts';
import { scheduleStatuses } from '../../core/records/schedule.ts';
import { listSchedules } from '../../core/schedules/find-schedules.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ChoiceField, TextField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import {
  BillingKeyListView,
  CertificationListView,
  certificationStates,
  ReceiptListView,
  receiptStates,
  ScheduleListPageView,
  viewListedBillingKey,
  viewListedCertification,
  viewListedReceipt,
} from '../views/lists.ts';
import { viewSchedule } from '../views/schedule.ts';

const Page = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100.' })),
  before: Type.Optional(Type.String({ maxLength: 60, description: '`next` of the page before.' })),
};
const id = (description: string) => Type.Optional(TextField({ maxLength: 80, description }));

/** What i'mport's surface shows one by one, as lists; on the real server they are in its console. */
export function listRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/cash-receipts',
    operationId: 'listCashReceipts',
    tag: 'receipts',
    summary: 'Cash receipts, of payments and of cash that was taken elsewhere, newest first.',
    query: Type.Object({
      ...Page,
      state: Type.Optional(ChoiceField(receiptStates)),
      imp_uid: id('Those of one payment.'),
      merchant_uid: id('Those of one order.'),
    }),
    response: ReceiptListView,
    refusals: [],
    authenticate: true,
    async handler({ query, merchant }) {
      const limit = query.limit ?? 100;
      const rows = await listReceipts(database, merchant.id, {
        state: query.state,
        impUid: query.imp_uid || undefined,
        merchantUid: query.merchant_uid || undefined,
        beforeId: readCursor(query.before),
        limit,
      });
      return { list: rows.map(viewListedReceipt), next: nextOf(rows, limit) };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/billing-keys',
    operationId: 'listBillingKeys',
    tag: 'subscribe.customer',
    summary: 'Billing keys by the names that they were registered under, the newest name first.',
    query: Type.Object({
      ...Page,
      state: Type.Optional(ChoiceField(['live', 'deleted'], { description: 'Default: both.' })),
      customer_uid: id('This one.'),
    }),
    response: BillingKeyListView,
    refusals: [],
    authenticate: true,
    async handler({ query, merchant }) {
      const limit = query.limit ?? 100;
      const rows = await listKeys(database, merchant.id, {
        state: query.state,
        customerUid: query.customer_uid || undefined,
        beforeId: readCursor(query.before),
        limit,
      });
      return { list: rows.map(viewListedBillingKey), next: nextOf(rows, limit) };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/schedules',
    operationId: 'listSchedules',
    tag: 'subscribe',
    summary: 'Scheduled payments, the latest time first.',
    query: Type.Object({
      ...Page,
      status: Type.Optional(ChoiceField(scheduleStatuses)),
      customer_uid: id('Those of one billing key.'),
      merchant_uid: id('This one.'),
    }),
    response: ScheduleListPageView,
    refusals: [],
    authenticate: true,
    async handler({ query, merchant }) {
      const limit = query.limit ?? 100;
      const rows = await listSchedules(database, merchant.id, {
        status: query.status,
        customerUid: query.customer_uid || undefined,
        merchantUid: query.merchant_uid || undefined,
        before: readTimeCursor(query.before),
        limit,
      });
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return {
        list: rows.map(viewSchedule),
        next: last ? `${last.schedule_at.getTime()}-${last.id}` : null,
      };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/certifications',
    operationId: 'listCertifications',
    tag: 'certifications',
    summary: 'Certifications, newest first, without the persons.',
    query: Type.Object({ ...Page, state: Type.Optional(ChoiceField(certificationStates)), imp_uid: id('This one.') }),
    response: CertificationListView,
    refusals: [],
    authenticate: true,
    async handler({ query, merchant }) {
      const limit = query.limit ?? 100;
      const rows = await listCertifications(database, merchant.id, {
        state: query.state,
        impUid: query.imp_uid || undefined,
        beforeId: readCursor(query.before),
        limit,
      });
      return { list: rows.map(viewListedCertification), next: nextOf(rows, limit) };
    },
  });
}

function nextOf(rows: readonly { readonly id: bigint }[], limit: number): string | null {
  return rows.length === limit ? String(rows.at(-1)?.id) : null;
}

const notOurs = () => new Refusal('parameter_invalid', { name: 'before', expected: '이전 페이지의 next' });

function readCursor(before: string | undefined): bigint | undefined {
  if (!before) return undefined;
  if (!/^\d{1,18}$/.test(before)) throw notOurs();
  return BigInt(before);
}

function readTimeCursor(before: string | undefined): { readonly at: Date; readonly id: bigint } | undefined {
  if (!before) return undefined;
  const [, at, row] = /^(\d{1,15})-(\d{1,18})$/.exec(before) ?? [];
  if (at === undefined || row === undefined) throw notOurs();
  return { at: new Date(Number(at)), id: BigInt(row) };
}
