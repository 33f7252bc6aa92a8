import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import {
  discardBulkRefund,
  resumeBulkRefund,
  startBulkRefund,
  stopBulkRefund,
} from '../../core/bulk-refunds/change-state.ts';
import { type Actor, bulkRefundRowsMax, makeBulkRefund } from '../../core/bulk-refunds/make-bulk-refund.ts';
import { countRows, listBulkRefunds, listRows, readBulkRefund } from '../../core/bulk-refunds/records.ts';
import type { Member } from '../../core/members/member.ts';
import { bulkRefundRowStates, bulkRefundStates } from '../../core/records/bulk-refund.ts';
import type { Services } from '../../core/services.ts';
import { seoulLocal } from '../../platform/clock/seoul-time.ts';
import { byteOrderMark, csvLine } from '../../platform/csv/write-records.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { BooleanField, ChoiceField, TextField } from '../foundation/fields.ts';
import { FileInParts } from '../foundation/file-in-parts.ts';
import { defineRoute } from '../foundation/route.ts';
import {
  type BulkRefundAnswer,
  BulkRefundListView,
  type BulkRefundRowAnswer,
  BulkRefundRowsView,
  BulkRefundView,
  viewBulkRefund,
  viewBulkRefundRow,
  viewBulkRefundSummary,
} from '../views/bulk-refund.ts';
import { addFileParsers, bulkRefundFileBytesMax, bulkRefundFileTypes } from './bulk-refund-file.ts';

const Params = Type.Object({ id: Type.String({ maxLength: 40 }) });
const ActorField = Type.Optional(
  TextField({ maxLength: 80, description: 'Who does it, for the records; of a member the server knows it.' }),
);
const rowsPageMax = 1_000;
const resultType = 'text/csv; charset=UTF-8';

/** A file of refunds that the server carries out by itself, row by row; hwanbul cancel --file does the same from outside. */
export function bulkRefundRoutes(app: FastifyInstance, services: Services): void {
  const { database, bulkRefunds } = services;

  async function shown(merchantId: bigint, id: string): Promise<BulkRefundAnswer> {
    const bulk = await readBulkRefund(database, merchantId, id);
    return viewBulkRefund(bulk, await countRows(database, merchantId, id));
  }

  app.register(async (scope) => {
    addFileParsers(scope);
    defineRoute(scope, {
      method: 'POST',
      url: '/bulk-refunds',
      operationId: 'createBulkRefund',
      tag: 'bulk refunds',
      summary: 'Plans the refunds of a file, a payment per row. It moves nothing.',
      description:
        `A CSV file in UTF-8 or CP949, as the body (\`text/csv\`), as a file of a form, or as the field \`file\`; at most ` +
        `${bulkRefundRowsMax.toLocaleString('en-US')} rows and ${bulkRefundFileBytesMax / 1024 / 1024} MiB. docs/bulk-refunds.md tells of its columns. ` +
        'What is wrong with rows stands in them (`GET /bulk-refunds/{id}/rows?state=invalid`): with one of them nothing can be started.',
      query: Type.Object({
        file_name: Type.Optional(TextField({ maxLength: 200 })),
        allow_same_amount: Type.Optional(BooleanField({ description: 'As in the body.' })),
      }),
      body: Type.Object({
        file: TextField({ description: 'The CSV.' }),
        file_name: Type.Optional(TextField({ maxLength: 200 })),
        allow_same_amount: Type.Optional(
          BooleanField({
            description:
              'Rows that give back the very amount that was given back before are meant. Default false: they are invalid.',
          }),
        ),
        actor: ActorField,
      }),
      takesFiles: bulkRefundFileTypes,
      permission: 'refund',
      response: BulkRefundView,
      refusals: ['bulk_refund_file_unreadable', 'bulk_refund_too_many_rows'],
      authenticate: true,
      example: { body: { file: 'imp_uid,amount,reason\nimps_157956638714,300,부분 환불\n', file_name: 'refunds.csv' } },
      async handler({ body, query, merchant, member }) {
        const id = await makeBulkRefund(services, merchant.id, {
          contents: body.file,
          fileName: body.file_name ?? query.file_name ?? null,
          allowSameAmount: body.allow_same_amount ?? query.allow_same_amount ?? false,
          by: actorFor(member, body.actor),
        });
        return shown(merchant.id, id);
      },
    });
  });

  defineRoute(app, {
    method: 'GET',
    url: '/bulk-refunds',
    operationId: 'listBulkRefunds',
    tag: 'bulk refunds',
    summary: 'Bulk refunds, newest first.',
    query: Type.Object({
      state: Type.Optional(ChoiceField(bulkRefundStates)),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Default 20.' })),
      before: Type.Optional(Type.String({ maxLength: 40, description: '`next` of the page before.' })),
    }),
    response: BulkRefundListView,
    refusals: [],
    authenticate: true,
    async handler({ query, merchant }) {
      const limit = query.limit ?? 20;
      const list = await listBulkRefunds(database, merchant.id, {
        state: query.state,
        beforeId: query.before || undefined,
        limit,
      });
      return { list: list.map(viewBulkRefundSummary), next: list.length === limit ? (list.at(-1)?.id ?? null) : null };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/bulk-refunds/:id',
    operationId: 'getBulkRefund',
    tag: 'bulk refunds',
    summary: 'One bulk refund, with how many of its rows are in each state.',
    params: Params,
    response: BulkRefundView,
    refusals: ['bulk_refund_not_found'],
    authenticate: true,
    handler: async ({ params, merchant }) => shown(merchant.id, params.id),
  });

  defineRoute(app, {
    method: 'GET',
    url: '/bulk-refunds/:id/rows',
    operationId: 'listBulkRefundRows',
    tag: 'bulk refunds',
    summary: 'Its rows in the order of the file: the plan before it is started, what came of each afterwards.',
    params: Params,
    query: Type.Object({
      state: Type.Optional(ChoiceField(bulkRefundRowStates)),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: rowsPageMax, description: 'Default 100.' })),
      after: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: '`next` of the page before.' })),
    }),
    response: BulkRefundRowsView,
    refusals: ['bulk_refund_not_found'],
    authenticate: true,
    async handler({ params, query, merchant }) {
      await readBulkRefund(database, merchant.id, params.id);
      const limit = query.limit ?? 100;
      const rows = await listRows(database, merchant.id, params.id, {
        state: query.state,
        afterRow: query.after,
        limit,
      });
      return { list: rows.map(viewBulkRefundRow), next: rows.length === limit ? (rows.at(-1)?.row ?? null) : null };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/bulk-refunds/:id/results.csv',
    operationId: 'getBulkRefundResults',
    tag: 'bulk refunds',
    summary: 'What came of each row, as a CSV file that Excel opens.',
    params: Params,
    response: Type.String(),
    file: { contentType: resultType },
    permission: 'export',
    refusals: ['bulk_refund_not_found'],
    authenticate: true,
    async handler({ params, merchant }) {
      const bulk = await readBulkRefund(database, merchant.id, params.id);
      return new FileInParts(resultType, `bulk-refund-${bulk.id}.csv`, resultsOf(merchant.id, bulk.id));
    },
  });

  async function* resultsOf(merchantId: bigint, id: string): AsyncGenerator<string> {
    yield byteOrderMark + csvLine(resultColumns);
    let afterRow: number | undefined;
    do {
      const page = { state: undefined, afterRow, limit: rowsPageMax };
      const rows = await listRows(database, merchantId, id, page);
      yield rows.map((row) => csvLine(resultCells(viewBulkRefundRow(row)).map((cell) => cell ?? ''))).join('');
      afterRow = rows.length === rowsPageMax ? rows.at(-1)?.row : undefined;
    } while (afterRow !== undefined);
  }

  defineRoute(app, {
    method: 'POST',
    url: '/bulk-refunds/:id/start',
    operationId: 'startBulkRefund',
    permission: 'approve',
    tag: 'bulk refunds',
    summary: 'Starts what was planned. From then on the server carries it out by itself.',
    description:
      'Each row is a cancellation of its own, under a key of its own, with the balance of the plan as its checksum.',
    params: Params,
    body: Type.Object({
      digest: Type.Optional(
        TextField({ maxLength: 64, description: 'Of the plan that you have looked at; nothing else is started then.' }),
      ),
      actor: ActorField,
    }),
    response: BulkRefundView,
    refusals: [
      'bulk_refund_not_found',
      'bulk_refund_state',
      'bulk_refund_has_invalid_rows',
      'bulk_refund_digest_mismatch',
      'bulk_refund_needs_second_person',
    ],
    authenticate: true,
    example: { body: { digest: '9f86d081884c7d65', actor: '김환불' } },
    async handler({ params, body, merchant, member, audit }) {
      // A person starts what they have seen.
      if (member && !body.digest) throw new Refusal('parameter_missing', { name: 'digest' });
      const by = actorFor(member, body.actor);
      await startBulkRefund(services, merchant.id, params.id, { digest: body.digest || undefined, by });
      bulkRefunds.wake();
      const begun = await shown(merchant.id, params.id);
      audit({ subject: params.id, after: { digest: begun.digest, totals: begun.totals } });
      return begun;
    },
  });

  for (const [verb, permission, summary, change] of [
    ['stop', 'refund', 'Sends no further row. Those under way end; doubts are followed all the same.', stopBulkRefund],
    ['resume', 'approve', 'Goes on with what was stopped, and tries again what is `not_done`.', resumeBulkRefund],
    ['discard', 'refund', 'What has not been sent is not going to be.', discardBulkRefund],
  ] as const) {
    defineRoute(app, {
      method: 'POST',
      url: `/bulk-refunds/:id/${verb}`,
      operationId: `${verb}BulkRefund`,
      permission,
      tag: 'bulk refunds',
      summary,
      params: Params,
      body: Type.Object({ actor: ActorField }),
      response: BulkRefundView,
      refusals: ['bulk_refund_not_found', 'bulk_refund_state'],
      authenticate: true,
      example: { body: { actor: '김환불' } },
      async handler({ params, body, merchant, member }) {
        await change(services, merchant.id, params.id, actorFor(member, body.actor));
        bulkRefunds.wake();
        return shown(merchant.id, params.id);
      },
    });
  }
}

function actorFor(member: Member | undefined, said: string | undefined): Actor {
  return { name: member?.email ?? (said || null), memberId: member ? String(member.id) : null };
}

const resultColumns = [
  'line',
  'state',
  'imp_uid',
  'merchant_uid',
  'amount',
  'currency',
  'reason',
  'cancellation_id',
  'error',
  'message',
  'at',
];

function resultCells(row: BulkRefundRowAnswer): readonly (string | number | null)[] {
  const message = row.message ?? (row.problems.map(({ ko }) => ko).join('; ') || null);
  return [
    row.line,
    row.state,
    row.imp_uid,
    row.merchant_uid,
    row.amount,
    row.currency,
    row.reason,
    row.cancellation_id,
    row.error,
    message,
    seoulLocal(new Date(row.changed_at * 1000)).replace('T', ' '),
  ];
}
