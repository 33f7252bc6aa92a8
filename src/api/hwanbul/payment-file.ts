import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { PaymentFilter } from '../../core/payments/payment-filter.ts';
import { type ListPlace, searchPayments } from '../../core/payments/search-payments.ts';
import { readStandings } from '../../core/payments/standings.ts';
import type { Services } from '../../core/services.ts';
import { seoulDay } from '../../platform/clock/seoul-time.ts';
import { byteOrderMark, csvLine } from '../../platform/csv/write-records.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ChoiceField, StringListField } from '../foundation/fields.ts';
import { FileInParts } from '../foundation/file-in-parts.ts';
import { defineRoute } from '../foundation/route.ts';
import { viewPayment, viewStanding } from '../views/payment.ts';
import { type PaymentFileColumn, paymentFileColumnNames, paymentFileColumns } from '../views/payment-file.ts';
import { paymentFilterFields, readPaymentFilter } from './payment-filter.ts';

const contentType = 'text/csv; charset=UTF-8';
const partSize = 500;

/** The list as a file. It holds who has bought what, so that it is written down who has taken it. */
export function paymentFileRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'GET',
    url: '/search/payments.csv',
    operationId: 'exportPayments',
    tag: 'payments',
    summary: 'The payments that fit a filter, as a CSV file.',
    description:
      'The filter is that of `GET /search/payments`. The file is UTF-8 with a byte order mark, and sent while it is made. A cell that a spreadsheet would run has an apostrophe in front.',
    query: Type.Object({
      ...paymentFilterFields,
      columns: Type.Optional(
        StringListField({ description: `In this order; all by default: ${paymentFileColumnNames.join(', ')}.` }),
      ),
      head: Type.Optional(
        ChoiceField(['names', 'ko', 'en'], {
          description: 'What the first line has: the names of the API (default), Korean words, or English ones.',
        }),
      ),
    }),
    response: Type.String(),
    file: { contentType },
    refusals: ['parameter_invalid', 'amount_invalid', 'channel_not_found'],
    authenticate: true,
    permission: 'export',
    isAudited: true,
    async handler(context) {
      const { query, merchant, request, member } = context;
      const { filter } = await readPaymentFilter(services, merchant, query);
      const columns = readColumns(query.columns);
      const head = query.head ?? 'names';
      const heads = columns.map((column) => (head === 'names' ? column : paymentFileColumns[column][head]));
      // Of the filter what names no buyer.
      const { status, from, to } = query;
      context.audit({ after: { columns, status, from, to } });
      if (!member) request.log.info({ merchant: merchant.name, columns }, 'payments are exported');
      const day = seoulDay(services.clocks.of(merchant.id).now());
      return new FileInParts(
        contentType,
        `payments-${day}.csv`,
        linesOf(services, merchant.id, filter, columns, byteOrderMark + csvLine(heads)),
      );
    },
  });
}

function readColumns(given: readonly string[] | undefined): readonly PaymentFileColumn[] {
  if (!given || given.length === 0) return paymentFileColumnNames;
  const names = [...new Set(given.flatMap((each) => each.split(',')))];
  return names.map((name) => {
    const column = paymentFileColumnNames.find((each) => each === name);
    if (!column)
      throw new Refusal('parameter_invalid', { name: 'columns', expected: paymentFileColumnNames.join(', ') });
    return column;
  });
}

/** No connection is held between two parts: the caller may take as long as it likes. */
async function* linesOf(
  { kysely, database }: Services,
  merchantId: bigint,
  filter: PaymentFilter,
  columns: readonly PaymentFileColumn[],
  firstLine: string,
): AsyncGenerator<string> {
  let head = firstLine;
  let after: ListPlace | undefined;
  do {
    const page = await searchPayments(kysely, merchantId, filter, { limit: partSize, after, isBounded: true });
    const ids = page.payments.map(({ id }) => id);
    const standings = await readStandings(database, merchantId, ids);
    const lines = page.payments.map((payment) => {
      const view = viewPayment(payment);
      const standing = viewStanding(payment, standings.get(payment.id));
      return csvLine(columns.map((column) => paymentFileColumns[column].cell(view, standing) ?? ''));
    });
    yield head + lines.join('');
    head = '';
    after = page.next;
  } while (after);
}
