import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { cancelsOf, listPayments } from '../../../simulators/payments.ts';
import { readJson } from '../wire/wire.ts';
import { isCount } from './payments.ts';
import { NaverRefusal } from './protocol.ts';
import { entryView } from './view.ts';

interface Asked {
  readonly startTime?: unknown;
  readonly endTime?: unknown;
  readonly approvalType?: unknown;
  readonly pageNumber?: unknown;
  readonly rowsPerPage?: unknown;
}

/** POST …/v2.2/list/history: what was approved and cancelled within a time, in its order (inferred). */
export function readHistoryOfTime({ book, caller, request }: SimulatorContext): unknown {
  const asked = (readJson(request.body.toString('utf8')) ?? {}) as Asked;
  const { approvalType = 'ALL', pageNumber = 1, rowsPerPage = 20 } = asked;
  const from = timeIn(asked.startTime);
  const until = timeIn(asked.endTime);
  if (from > until || !isCount(pageNumber, 1_000_000) || !isCount(rowsPerPage, 100)) {
    throw new NaverRefusal('InvalidParameter');
  }
  if (!['ALL', 'APPROVAL', 'CANCEL'].includes(String(approvalType))) throw new NaverRefusal('InvalidParameter');
  const entries = listPayments(book, caller.mid, null)
    .flatMap((payment) => [
      { at: payment.requestedAt, type: 'APPROVAL', entry: entryView(payment, payment) },
      ...cancelsOf(book, payment.tid).map((cancel) => ({
        at: cancel.cancelledAt,
        type: 'CANCEL',
        entry: entryView(payment, cancel),
      })),
    ])
    // Both ends count to their whole second.
    .filter(
      ({ at, type }) =>
        at >= from && at.getTime() < until.getTime() + 1_000 && [type, 'ALL'].includes(String(approvalType)),
    )
    .toSorted((one, other) => one.at.getTime() - other.at.getTime());
  const page = entries.slice((pageNumber - 1) * rowsPerPage, pageNumber * rowsPerPage);
  return {
    list: page.map(({ entry }) => entry),
    responseCount: page.length,
    totalCount: entries.length,
    totalPageCount: Math.ceil(entries.length / rowsPerPage),
    currentPageNumber: pageNumber,
  };
}

function timeIn(value: unknown): Date {
  if (value === undefined || value === null || value === '') throw new NaverRefusal('RequireParameter');
  const time = typeof value === 'string' && value.length === 14 ? readSeoulDigits(value) : undefined;
  if (!time) throw new NaverRefusal('InvalidParameter');
  return time;
}
